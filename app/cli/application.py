"""What uvicorn calls in each process that answers requests."""

import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from threading import Thread

from fastapi import FastAPI

from app.logs import set_up_logs
from app.main import create_app


def create() -> FastAPI:
    set_up_logs()
    if parent := multiprocessing.parent_process():
        Thread(target=_end_after, args=(parent,), name="parent", daemon=True).start()
    return create_app()


def _end_after(parent: BaseProcess) -> None:
    """A parent that was killed cannot end its workers, and they would go on holding the port."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
