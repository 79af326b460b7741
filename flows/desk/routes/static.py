"""Style sheet and scripts."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from flows.desk.web.pages import FILES

router = APIRouter()


@router.get("/static/{name}")
def static(name: str) -> FileResponse:
    """A file that every page may load."""
    if name not in FILES:
        raise HTTPException(404)
    return FileResponse(FILES[name], headers={"Cache-Control": "public, max-age=31536000"})
