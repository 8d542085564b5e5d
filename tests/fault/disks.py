# SPDX-License-Identifier: GPL-3.0-or-later
# Disks made of files, for tests that run as root where the kernel gives loop devices.
import contextlib
import os
import shutil
import subprocess

import stage


def call(*command):
    done = stage.run(*command)
    stage.need(done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}")


@contextlib.contextmanager
def mounted(what, at, *options):
    os.makedirs(at, exist_ok=True)
    call("mount", *options, what, at)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=False, capture_output=True)


def sparse_file(path, size):
    with open(path, "wb") as file:
        file.truncate(size)
    return path


@contextlib.contextmanager
def reflink_store(place):
    """A folder in which a copy of a file of any size is made at once, or the test is skipped."""
    for tool in ("mkfs.xfs", "mkfs.ext4", "losetup", "mount"):
        if shutil.which(tool) is None:
            stage.skip(f"{tool} is not installed")
    image = sparse_file(os.path.join(place, "store.xfs"), 2 << 30)
    if os.geteuid() != 0 or stage.run("mkfs.xfs", "-q", "-m", "reflink=1", image).returncode != 0:
        stage.skip("only root can make file systems to cut the power of")
    at = os.path.join(place, "store")
    os.makedirs(at)
    if stage.run("mount", "-o", "loop", image, at).returncode != 0:
        stage.skip("this machine gives no loop devices")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=False, capture_output=True)


@contextlib.contextmanager
def memory_disk(at, size):
    os.makedirs(at)
    if os.geteuid() != 0 or stage.run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", at).returncode != 0:
        stage.skip("only root can mount a small disk")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=False, capture_output=True)
