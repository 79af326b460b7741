"""The retention policy of a centre: how long what is kept, and the removal of what is over."""
