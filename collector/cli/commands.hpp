// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of `dokaz`. Each prints its outcome and returns the exit code.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "console/console.hpp"

namespace dokaz::cli {

/// What every command has.
struct Common {
  console::Options console;
  std::filesystem::path vault;
};

struct JoinOptions {
  std::string invitation;  // a path, or "-" for the standard input
};
/// How files are read, for every command that takes files.
struct ReadingOptions {
  std::string icc = "keep";      // "keep" (what rendering needs), "drop" or "refuse"
  bool no_pixel_check = false;
};
struct AddOptions {
  std::vector<std::string> files;
  ReadingOptions reading;
  bool seal_uncleaned = false;  // what is refused is sealed as it is, for the legal recipients
  bool sidecars = false;        // what lies beside a file and belongs to it becomes a part of its item
  std::optional<std::string> note;
  std::optional<std::string> note_file;  // "-" for the standard input
};
struct InspectOptions {
  std::vector<std::string> files;
  ReadingOptions reading;
};
struct CleanOptions {
  std::vector<std::string> files;
  ReadingOptions reading;
  std::filesystem::path out;  // a new file, or a folder
};
struct ListOptions {
  bool receipts = false;
};
struct SyncOptions {
  std::optional<std::string> server;  // HOST:PORT instead of the invitation's; the pin stays
};
struct ReceiptOptions {
  std::uint64_t number = 0;
  std::filesystem::path out;
};

struct PackOptions {
  std::filesystem::path parcel;
  std::optional<std::uint64_t> volume_size;       // bytes
  std::optional<std::filesystem::path> courier;   // where the courier's file goes
  std::uint64_t courier_days = 30;                // the pass is good for so long
};
struct RelayOptions {
  std::filesystem::path parcel;
  std::string pass;  // a path, or "-" for the standard input
  std::optional<std::filesystem::path> answer;
  std::optional<std::string> server;  // HOST:PORT instead of the pass's; the pin stays
};
struct UnpackOptions {
  std::filesystem::path answer;
};

int join(const Common& common, const JoinOptions& options);
int add(const Common& common, const AddOptions& options);
/// Works without a vault.
int inspect(const Common& common, const InspectOptions& options);
/// Works without a vault.
int clean(const Common& common, const CleanOptions& options);
int list(const Common& common, const ListOptions& options);
int status(const Common& common);
int sync(const Common& common, const SyncOptions& options);
int receipt(const Common& common, const ReceiptOptions& options);
int pack(const Common& common, const PackOptions& options);
int unpack(const Common& common, const UnpackOptions& options);
/// Works without a vault.
int relay(const Common& common, const RelayOptions& options);

}  // namespace dokaz::cli
