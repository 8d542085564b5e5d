// SPDX-License-Identifier: GPL-3.0-or-later
// The single steps of durable writing, for those whom PendingFile and FileBatch do not fit.
// Why a full disk is told from a failed one: docs/decisions/2026-11-full-or-failed.md.
#pragma once

#include "crypto/files.hpp"

namespace dokaz {

/// fsync of a file that nobody was told of yet, and that is thrown away when this fails: no_space then is a refusal
/// like any other. File::sync says io_error for that, too.
Status sync_fresh(File& file);

/// A descriptor of the folder. Failures as of files.hpp.
Result<File> open_folder(const Path& path);

/// Everything that was written to the folder's file system is on the disk. Tells also what could not be written since
/// the folder was opened, and what nobody was told of before.
Status sync_file_system(const File& folder);

/// Gives a file or folder another name on its file system, in place of a file that has it. Not synced: the names are on
/// the disk after sync_folder of both folders.
Status rename_path(const Path& from, const Path& to);

/// Removes a folder that holds nothing but files, as far as that can be; nothing is synced. Unlike the standard library's
/// remove_all it does not end the process where memory is short.
void drop_flat_folder(const Path& path);

}  // namespace dokaz
