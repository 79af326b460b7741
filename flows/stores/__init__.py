"""Stores by URL: S3, Google Cloud Storage, Azure, SFTP, and folders of this machine."""
