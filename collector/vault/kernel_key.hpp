// SPDX-License-Identifier: GPL-3.0-or-later
// A room's key in the kernel's memory for a while, so that nobody has to type the passphrase for each command.
// It is in the keyring of the user, never in a file; other users have no right to it, and it ends with the
// machine's power, when nobody used it for as long as was said, a day after the passphrase was given whoever uses it, or
// by `forget_key`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collector/vault/room.hpp"

namespace dokaz {

inline constexpr std::uint32_t longest_idle = 24 * 3600;  // seconds
/// After that the passphrase is asked for again, also where a timer's commands never let it be idle. Told by a clock
/// that nobody sets, and that goes on while the machine sleeps.
inline constexpr std::uint64_t longest_unlocked = 24 * 3600;  // seconds

/// Replaces what was kept for this vault. `idle` in seconds, 1 to longest_idle; never without an end in the kernel. `refused` where this kernel, or the
/// container in which the program runs, keeps no keys; `not_joined` if there is no vault.
Status keep_key(const Path& vault, const RoomKey& key, std::uint32_t idle);

struct KeptKey {
  RoomKey room;
  std::uint32_t idle = 0;  // seconds
};
/// The key that is kept for this vault, if there is one; its time begins anew, up to the absolute end.
std::optional<KeptKey> kept_key(const Path& vault);
/// The same at another time of that clock, in seconds: for tests.
std::optional<KeptKey> kept_key(const Path& vault, std::uint64_t now);
/// Seconds since the machine was started.
std::uint64_t seconds_of_machine();

/// True if one was kept.
bool forget_key(const Path& vault);

/// All that dokaz keeps for this user, whatever vault it is of. True if there was one.
bool forget_all_keys();

/// The parts of forget_key. The name is made of the key file: it must be asked for before that is erased.
using KernelKeyNumber = std::int32_t;
std::optional<std::string> kernel_key_name(const Path& vault);
std::optional<KernelKeyNumber> find_key(const std::string& name);
std::optional<KernelKeyNumber> find_key(const Path& vault);
void end_key(KernelKeyNumber key);

}  // namespace dokaz
