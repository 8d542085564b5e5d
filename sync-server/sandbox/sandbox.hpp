// SPDX-License-Identifier: GPL-3.0-or-later
// Locks the server in, in two steps: files and addresses before it opens anything, system calls before it takes
// the first connection. There is no way back from either.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "crypto/result.hpp"

namespace dokaz::server {

/// What the server may touch; everything else is refused by the kernel.
struct Reach {
  std::filesystem::path data;                   // read and written
  std::vector<std::filesystem::path> written;   // further folders like it; one that is not there is skipped
  std::vector<std::filesystem::path> readable;  // files and folders; one that is not there is skipped
  bool terminal = false;                        // /dev/tty: a passphrase is asked for there
  std::vector<std::uint16_t> listened;          // TCP ports that will be bound; 0 stands for any free one
  std::vector<std::uint16_t> called;            // TCP ports of witnesses and authorities, whatever the host
};

/// What is read where the server calls others: the system's certificate authorities and the resolver's files, both
/// of them in /etc, and the libraries that the resolver loads.
std::vector<std::filesystem::path> files_for_calling();

/// How much of it the kernel knows.
enum class Confinement {
  full,       // files and TCP ports
  files,      // kernels before 6.7: no rule for ports
  none,       // no Landlock, or its first version
};

/// No new privileges, no core dumps, Landlock. The calling thread, and all that it starts from then on: call it
/// while there is no other. io_error if the kernel has Landlock and refuses the rules, or the data folder is
/// not there.
Result<Confinement> confine_reach(const Reach& reach);

/// Whether names are looked up from now on: it takes libraries, UDP, and a socket to the machine's own resolver.
enum class Lookups { none, made };

/// Seccomp, for all threads: calls that the server has no use for end it where only an intruder would try them
/// (another program, another process's memory, mounts, kernel modules …), and do not exist otherwise; no further
/// port is bound, and no socket is made but for TCP (and lookups). io_error if the filter cannot be put in force.
Status confine_calls(Lookups lookups);

}  // namespace dokaz::server
