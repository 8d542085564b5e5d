// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of dokaz-server. Each prints what was asked for to stdout and gives the failure back; main
// reports it. Nothing printed or logged holds an address, a name or a hash of content.
#pragma once

#include <filesystem>

#include "console/console.hpp"

namespace dokaz::server {

/// What one invocation was asked to do.
struct Order {
  console::Options options;
  std::filesystem::path data;
  std::filesystem::path roster;
  std::uint64_t quota = 10ULL << 30;  // bytes
  std::string listen = "127.0.0.1:7430";
};

/// A failure, and which words help.
struct Outcome {
  Status status;
  console::Advice advice;
  bool told = false;  // what was printed says it already: one JSON document, not two
};

Outcome init(const Order& order);
Outcome card(const Order& order);
Outcome grant(const Order& order);
Outcome status(const Order& order);
/// Audits the folder: damaged_store where anything does not follow from what was signed.
Outcome fsck(const Order& order);
/// Serves until SIGTERM or SIGINT.
Outcome run(const Order& order);

/// What a person does next when a data folder cannot be used; the same for every command.
console::Advice advice_for_store(Errc code);

}  // namespace dokaz::server
