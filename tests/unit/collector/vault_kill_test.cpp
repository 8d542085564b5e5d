// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 before each call that changes something on the disk, while a vault's keys are changed, erased or destroyed; and
// a panic by another process at each of these moments.
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "collector/vault/chain_acts.hpp"
#include "collector/vault/change_slots.hpp"
#include "collector/vault/destroy.hpp"
#include "tests/unit/collector/case_fixture.hpp"
#include "tests/unit/collector/kill_points.hpp"

using namespace dokaz;
using namespace dokaz::test;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view own = "correct horse", duress = "under duress", next = "new one";

/// Whole: all that was sealed is there. Else the failure.
std::optional<Errc> opening(const fs::path& folder, std::string_view with) {
  auto vault = Vault::open(folder, passphrase(with));
  if (!vault) return vault.code();
  CHECK(vault->statements()->size() == 2);
  CHECK(vault->outbox().orphans().value() == 0);
  return std::nullopt;
}

void wait_for_all() {
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
}

void run(const fs::path& folder, const std::function<void(const fs::path&)>& work, std::uint64_t at) {
  kill_at(at);
  if (::fork() == 0) {
    work(folder);
    ::_exit(0);
  }
  wait_for_all();
}

/// `work` in a copy of the vault, killed at each of its calls in turn; `judge` looks at what is left.
void kill_everywhere(const fs::path& vault, const std::function<void(const fs::path&)>& work,
                     const std::function<void(const fs::path&)>& judge) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const Scratch scratch;
  fs::copy(vault, scratch / "whole", fs::copy_options::recursive);
  run(scratch / "whole", work, 0);
  const std::uint64_t calls = calls_counted();
  CHECK(calls > 3);
  for (std::uint64_t at = 1; at <= calls; ++at) {
    const auto copy = scratch / std::to_string(at);
    fs::copy(vault, copy, fs::copy_options::recursive);
    run(copy, work, at);
    kill_at(0);
    INFO("killed at call " << at << " of " << calls);
    judge(copy);
    wait_for_all();
    fs::remove_all(copy);
  }
}

struct Prepared {
  TestCase of;
  TestVault at{of};
  Prepared() {
    Vault vault = at.open();
    REQUIRE(seal(vault, photo(), request()));
  }
};

}  // namespace

TEST_CASE("A change of passphrase that is killed leaves the old one or the new one, and no other key file") {
  const Prepared prepared;
  std::size_t changed = 0, unchanged = 0;
  kill_everywhere(
      prepared.at.folder(),
      [](const fs::path& vault) { static_cast<void>(change_passphrase(vault, passphrase(own), passphrase(next)).has_value()); },
      [&](const fs::path& vault) {
        const auto by_old = opening(vault, own), by_new = opening(vault, next);
        CHECK(by_old.has_value() != by_new.has_value());
        CHECK((by_old ? by_old : by_new) == Errc::wrong_passphrase);
        CHECK_FALSE(fs::exists(vault / "key.next"));
        ++(by_old ? changed : unchanged);
      });
  CHECK(changed > 0);
  CHECK(unchanged > 0);
}

TEST_CASE("A change of the key that is killed leaves the one key or the other, and a chain that it goes on with") {
  const Prepared prepared;
  std::size_t changed = 0, unchanged = 0;
  kill_everywhere(
      prepared.at.folder(),
      [](const fs::path& folder) {
        auto vault = Vault::open(folder, passphrase(own));
        if (vault) static_cast<void>(rotate_key(*vault, noon).has_value());
      },
      [&](const fs::path& folder) {
        auto vault = Vault::open(folder, passphrase(own));
        REQUIRE(vault);
        const bool has_next = vault->epochs().present() == 1;
        CHECK(vault->statements()->size() == (has_next ? 3 : 2));
        CHECK((vault->member_key().public_key() == vault->first_key()) != has_next);
        // Whichever it is, it signs, and the next opening believes it.
        REQUIRE(heartbeat(*vault, noon));
        const auto last = vault->head().value();
        CHECK(vault->view().members.check(last.signed_statement));
        ++(has_next ? changed : unchanged);
      });
  CHECK(changed > 0);
  CHECK(unchanged > 0);
}

TEST_CASE("Setting a duress passphrase that is killed loses nothing") {
  const Prepared prepared;
  kill_everywhere(
      prepared.at.folder(),
      [](const fs::path& vault) { static_cast<void>(add_duress(vault, passphrase(own), passphrase(duress)).has_value()); },
      [](const fs::path& vault) {
        CHECK_FALSE(opening(vault, own));
        const auto under_duress = opening(vault, duress);
        CHECK((under_duress == Errc::not_joined || under_duress == Errc::wrong_passphrase));
        CHECK(opening(vault, own).has_value() == (under_duress == Errc::not_joined));
      });
}

TEST_CASE("Opening under duress that is killed leaves the whole vault or none, and the next one finishes") {
  const Prepared prepared;
  REQUIRE(add_duress(prepared.at.folder(), passphrase(own), passphrase(duress)));
  std::size_t whole = 0, none = 0;
  kill_everywhere(
      prepared.at.folder(), [](const fs::path& vault) { static_cast<void>(Vault::open(vault, passphrase(duress)).has_value()); },
      [&](const fs::path& vault) {
        const auto left = opening(vault, own);
        CHECK((!left || left == Errc::wrong_passphrase));
        ++(left ? none : whole);
        CHECK(opening(vault, duress) == Errc::not_joined);
        CHECK(opening(vault, own) == Errc::wrong_passphrase);
        wait_for_all();
        for (const auto& file : files_under(vault)) CHECK(file.extension() != ".age");
        CHECK(fs::file_size(vault / "room-0/vault.db") == fs::file_size(vault / "room-1/vault.db"));
      });
  CHECK(whole > 0);
  CHECK(none > 0);
}

TEST_CASE("A panic that is killed leaves the whole vault or one that nothing opens, and the next one finishes") {
  const Prepared prepared;
  std::size_t whole = 0, none = 0;
  kill_everywhere(
      prepared.at.folder(),
      [](const fs::path& vault) {
        if (destroy_keys(vault)) static_cast<void>(remove_vault(vault).has_value());
      },
      [&](const fs::path& vault) {
        const auto left = opening(vault, own);
        CHECK((!left || left == Errc::damaged_store || left == Errc::not_joined));
        ++(left ? none : whole);
        const Status again = destroy_keys(vault);
        CHECK((again || again.code() == Errc::not_joined));
        CHECK(remove_vault(vault));
        CHECK_FALSE(fs::exists(vault));
      });
  CHECK(whole > 0);
  CHECK(none > 0);
}

TEST_CASE("The last wrong try that is killed leaves the whole vault or one that nothing opens") {
  const Prepared prepared;
  REQUIRE(set_wipe_after(prepared.at.folder(), passphrase(own), 3));
  for (int i = 0; i < 2; ++i) CHECK(opening(prepared.at.folder(), "wrong") == Errc::wrong_passphrase);
  kill_everywhere(
      prepared.at.folder(), [](const fs::path& vault) { static_cast<void>(Vault::open(vault, passphrase("wrong")).has_value()); },
      [](const fs::path& vault) {
        const auto wrong = opening(vault, "wrong");  // another one is one too many, whatever was counted
        CHECK((wrong == Errc::wrong_passphrase || wrong == Errc::damaged_store || wrong == Errc::not_joined));
        const auto left = opening(vault, own);
        CHECK((left == Errc::damaged_store || left == Errc::not_joined));
      });
}

namespace {

/// True if a process that is stopped holds the lock under which the key file is written.
bool is_being_written(const fs::path& key) {
  const auto file = File::open(key, File::Access::read);
  return file && ::flock(file->descriptor(), LOCK_EX | LOCK_NB) != 0;
}

/// Also for a process that clears a room and was the one that was stopped.
void let_all_end() {
  int status = 0;
  for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WUNTRACED)) > 0;)
    if (WIFSTOPPED(status)) ::kill(ended, SIGCONT);
}

/// `work` in a copy of the vault, stopped at each of its calls in turn; a panic by another process; and on it goes.
void panic_everywhere(const fs::path& vault, const std::function<void(const fs::path&)>& work) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const Scratch scratch;
  fs::copy(vault, scratch / "whole", fs::copy_options::recursive);
  run(scratch / "whole", work, 0);
  const std::uint64_t calls = calls_counted();
  std::size_t stopped = 0;
  for (std::uint64_t at = 1; at <= calls; ++at) {
    const auto copy = scratch / std::to_string(at), held = scratch / ("held-" + std::to_string(at));
    fs::copy(vault, copy, fs::copy_options::recursive);
    fs::create_hard_link(copy / "key", held);
    stop_at(at);
    const pid_t child = ::fork();
    if (child == 0) {
      work(copy);
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, WUNTRACED) == child);
    kill_at(0);
    if (!WIFSTOPPED(status)) {  // by chance it made fewer calls, or a process of its own made this one
      let_all_end();
      continue;
    }
    ++stopped;
    INFO("stopped at call " << at << " of " << calls);
    const bool writing = is_being_written(copy / "key");
    CHECK(destroy_keys(copy));
    CHECK(remove_vault(copy));
    ::kill(child, SIGCONT);
    let_all_end();
    CHECK_FALSE(fs::exists(copy / "key"));
    CHECK_FALSE(fs::exists(copy / "key.next"));
    CHECK(opening(copy, own) == Errc::not_joined);
    CHECK(opening(copy, next) == Errc::not_joined);
    // What is written in that very moment reaches a file that has no name any more.
    if (!writing) CHECK_FALSE(KeySlots::parse(bytes_of(whole_file(held))).has_value());
    fs::remove_all(copy);
  }
  CHECK(stopped > 3);
}

}  // namespace

TEST_CASE("A panic while another command opens the vault or changes its passphrase is not undone by it") {
  const Prepared prepared;
  SECTION("opens") {
    panic_everywhere(prepared.at.folder(), [](const fs::path& vault) {
      static_cast<void>(Vault::open(vault, passphrase(own)).has_value());
    });
  }
  SECTION("changes") {
    panic_everywhere(prepared.at.folder(), [](const fs::path& vault) {
      static_cast<void>(change_passphrase(vault, passphrase(own), passphrase(next)).has_value());
    });
  }
}
