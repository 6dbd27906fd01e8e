"""Back a store up, and make a store from a backup."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from kg.stores.embedded import EmbeddedStore, StoreError, write_failure
from kg.stores.quarantine import FILE as QUARANTINE


def backup(path: Path, folder: Path) -> int:
    """Copy the newest snapshot of a store to a new folder, whether or not somebody writes; returns the quads in it.

    Raises StoreError where the folder exists, or cannot be written.
    """
    if folder.exists():
        raise StoreError(f"{folder}: is there already")
    store = EmbeddedStore.reading(path)
    unfinished = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        store.ox.backup(str(unfinished / "oxigraph"))
        if (path / QUARANTINE).is_file():
            shutil.copy2(path / QUARANTINE, unfinished / QUARANTINE)
        os.replace(unfinished, folder)
    except OSError as fault:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise StoreError(write_failure(folder, fault)) from fault
    return len(store.ox)


def restore(folder: Path, path: Path) -> int:
    """Make a store from a backup; returns the quads in it. Raises StoreError where a store is there already.

    The index of consolidation is made anew by the next build.
    """
    if not (folder / "oxigraph").is_dir():
        raise StoreError(f"{folder}: no backup here")
    if (path / "oxigraph").exists():
        raise StoreError(f"{path}: a store is there already; remove it first")
    unfinished = path.with_name(path.name + ".part")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(folder, unfinished)
        if path.is_dir():
            path.rmdir()
        os.replace(unfinished, path)
    except OSError as fault:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise StoreError(write_failure(path, fault)) from fault
    with EmbeddedStore.writing(path) as store:
        return len(store.ox)
