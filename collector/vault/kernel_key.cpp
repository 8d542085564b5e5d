// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/kernel_key.hpp"

#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <span>

#include "collector/vault/schema.hpp"
#include "collector/vault/slot_file.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace dokaz {
namespace {

constexpr const char* name_start = "dokaz:";
constexpr std::size_t payload_size = 1 + 4 + 8 + 32;  // room, idle time, absolute end, key
// The owner and whoever of their processes has it at hand: view, read, write, search, set the time.
constexpr unsigned long of_this_user = 0x2f2f0000;

long keyctl(int operation, unsigned long a = 0, unsigned long b = 0, unsigned long c = 0, unsigned long d = 0) {
  return ::syscall(SYS_keyctl, operation, a, b, c, d);
}
unsigned long pass(const void* pointer) { return reinterpret_cast<unsigned long>(pointer); }
unsigned long pass(KernelKeyNumber serial) { return static_cast<unsigned long>(serial); }

bool set_time(KernelKeyNumber serial, std::uint64_t idle) { return keyctl(KEYCTL_SET_TIMEOUT, pass(serial), idle) == 0; }

void put_number(std::span<Byte> into, std::uint64_t number) {
  for (std::size_t i = into.size(); i-- > 0; number >>= 8) into[i] = static_cast<Byte>(number);
}
std::uint64_t number_in(ByteView bytes) {
  std::uint64_t number = 0;
  for (const Byte byte : bytes) number = number << 8 | byte;
  return number;
}

/// Made in this process's own keyring, which goes with the process, and linked to the user's when it has its end: a
/// command that is cut leaves no key for ever.
long add_with_end(const std::string& name, const SecretBytes& payload, std::uint64_t seconds) {
  const long serial = payload.reveal([&](ByteView bytes) {
    return ::syscall(SYS_add_key, "user", name.c_str(), bytes.data(), bytes.size(), KEY_SPEC_PROCESS_KEYRING);
  });
  if (serial < 0) return serial;
  const auto key = static_cast<KernelKeyNumber>(serial);
  const bool kept = set_time(key, seconds) && keyctl(KEYCTL_LINK, pass(key), pass(KEY_SPEC_USER_KEYRING)) == 0;
  keyctl(KEYCTL_UNLINK, pass(key), pass(KEY_SPEC_PROCESS_KEYRING));
  return kept ? serial : -1;
}

}  // namespace

/// Says that it is a key of dokaz and not of which folder: by the salt, which names the vault and nothing else.
std::optional<std::string> kernel_key_name(const Path& vault) {
  const auto file = read_file(vault / vault_layout::key_file, KeySlots::largest_file);
  if (!file) return std::nullopt;
  const auto slots = KeySlots::parse(*file);
  if (!slots) return std::nullopt;
  return name_start + hex(sha256(slots->salt().view())).substr(0, 16);
}

std::optional<KernelKeyNumber> find_key(const std::string& name) {
  const long serial = keyctl(KEYCTL_SEARCH, pass(KEY_SPEC_USER_KEYRING), pass("user"), pass(name.c_str()));
  return serial < 0 ? std::nullopt : std::optional(static_cast<KernelKeyNumber>(serial));
}

Status keep_key(const Path& vault, const RoomKey& key, std::uint32_t idle) {
  DOKAZ_CHECK(idle >= 1 && idle <= longest_idle && key.room <= 1);
  const auto file = lock_key_file(vault);  // a panic comes before, and there is no name, or after, and finds the key
  const auto name = file ? kernel_key_name(vault) : std::nullopt;
  if (!name) return Errc::not_joined;
  SecretBytes payload(payload_size);
  payload.fill([&](std::span<Byte> out) {
    out[0] = static_cast<Byte>(key.room);
    put_number(out.subspan(1, 4), idle);
    put_number(out.subspan(5, 8), seconds_of_machine() + longest_unlocked);
    key.key.reveal([&](std::span<const Byte, 32> bytes) { std::copy(bytes.begin(), bytes.end(), out.begin() + 13); });
  });
  const long serial = add_with_end(*name, payload, idle);
  if (serial < 0) return fail(Errc::refused, "the kernel keeps no keys here");
  const auto added = static_cast<KernelKeyNumber>(serial);
  if (keyctl(KEYCTL_SETPERM, pass(added), of_this_user) == 0) return {};
  end_key(added);
  return fail(Errc::refused, "the kernel keeps no keys here");
}

std::uint64_t seconds_of_machine() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec);
}

std::optional<KeptKey> kept_key(const Path& vault) { return kept_key(vault, seconds_of_machine()); }

std::optional<KeptKey> kept_key(const Path& vault, std::uint64_t now) {
  const auto serial = find_key(vault);
  if (!serial) return std::nullopt;
  SecretBytes payload(payload_size);
  const long size = payload.fill([&](std::span<Byte> out) {
    return keyctl(KEYCTL_READ, pass(*serial), pass(out.data()), out.size());
  });
  if (size != static_cast<long>(payload_size)) return std::nullopt;
  return payload.reveal([&](ByteView bytes) -> std::optional<KeptKey> {
    const auto idle = static_cast<std::uint32_t>(number_in(bytes.subspan(1, 4)));
    const std::uint64_t end = number_in(bytes.subspan(5, 8));
    if (now >= end) {
      end_key(*serial);
      return std::nullopt;
    }
    if (bytes[0] > 1 || idle < 1 || idle > longest_idle || !set_time(*serial, std::min<std::uint64_t>(idle, end - now)))
      return std::nullopt;
    return KeptKey{{Secret<32>::copy_of(bytes.subspan<13, 32>()), bytes[0]}, idle};
  });
}

std::optional<KernelKeyNumber> find_key(const Path& vault) {
  const auto name = kernel_key_name(vault);
  return name ? find_key(*name) : std::nullopt;
}

/// Gone at once for everybody; where the kernel cannot do that, out of the keyring.
void end_key(KernelKeyNumber key) {
  keyctl(KEYCTL_REVOKE, pass(key));
  keyctl(KEYCTL_UNLINK, pass(key), pass(KEY_SPEC_USER_KEYRING));
}

bool forget_key(const Path& vault) {
  const auto key = find_key(vault);
  if (key) end_key(*key);
  return key.has_value();
}

bool forget_all_keys() {
  std::array<KernelKeyNumber, 4096> all{};
  const long bytes = keyctl(KEYCTL_READ, pass(KEY_SPEC_USER_KEYRING), pass(all.data()), sizeof all);
  const std::size_t count = bytes < 0 ? 0 : std::min(all.size(), static_cast<std::size_t>(bytes) / sizeof(KernelKeyNumber));
  bool found = false;
  for (const KernelKeyNumber key : std::span(all).first(count)) {
    std::array<char, 256> description{};  // "user;<owner>;<group>;<rights>;dokaz:<hex>"
    const long length = keyctl(KEYCTL_DESCRIBE, pass(key), pass(description.data()), description.size());
    if (length <= 0 || length > static_cast<long>(description.size())) continue;
    if (std::string_view(description.data()).find(std::string(";") + name_start) == std::string_view::npos) continue;
    end_key(key);
    found = true;
  }
  return found;
}

}  // namespace dokaz
