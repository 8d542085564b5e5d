// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody with a clock learns who has a passphrase given to him: by wall clock, with a real room of two thousand
// objects on the disk, for the first command and for the one behind it, which runs while the room is being cleared.
//
// Noise is measured beside what is compared: each round takes every case once, in changing order; the verdict is on the
// median of the differences within the rounds, against what two equal cases make of it by chance. A difference that is
// there shows each time; so one that shows once is measured anew, at most twice.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <random>

#include "collector/vault/change_slots.hpp"
#include "collector/vault/room.hpp"
#include "collector/vault/unlock.hpp"
#include "crypto/encoding.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;
namespace fs = std::filesystem;

namespace {

constexpr int objects = 2000, cleared_by_who_waits = 500;
constexpr PassphraseWork least{3, std::uint64_t{64} << 20};  // of any vault that the program makes
constexpr std::string_view own = "correct horse", duress = "under duress";

/// A folder on a disk where there is one: memory clears a thousand files at once and syncs nothing.
fs::path on_a_disk() {
  constexpr long tmpfs = 0x01021994;
  for (const fs::path& place : {fs::path("/var/tmp"), fs::current_path(), fs::temp_directory_path()}) {
    struct statfs found {};
    if (::statfs(place.c_str(), &found) == 0 && found.f_type != tmpfs && ::access(place.c_str(), W_OK) == 0) return place;
  }
  return fs::temp_directory_path();
}

class Place {
 public:
  Place() {
    std::string name = (on_a_disk() / "dokaz-time-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Place() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

void fill_outbox(const fs::path& room, int count) {
  const Bytes object(6000, 0x5a);
  for (int i = 0; i < count; ++i) {
    std::ofstream file(room / "outbox" / (hex(sha256(std::to_string(i))) + ".age"), std::ios::binary);
    file << text_of(object);
  }
}

/// Written before the clock runs, so that no sync of a case pays for what another one left to be written.
void settle(const fs::path& folder) {
  const File opened = File::adopt(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ::syncfs(opened.descriptor());
}

void wait_for_all() {
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
}

/// Vaults to be copied: one with a large room and a duress passphrase, and one that never joined.
struct Vaults {
  Place place;
  fs::path used = place / "used", plain = place / "plain";
  fs::path large;  // for the real passphrase, which changes nothing
  unsigned room = 0;
  int copies = 0;
  Vaults() {
    const TestCase of;
    REQUIRE(Vault::create(used, passphrase(own), enrol(of.invitation_text(), noon).value(), least));
    REQUIRE(add_duress(used, passphrase(own), passphrase(duress)));
    REQUIRE(Vault::create_unjoined(plain, passphrase(duress), least));
    const auto slots = KeySlots::parse(read_file(used / "key", KeySlots::largest_file).value()).value();
    room = slots.open(slots.derive(passphrase(own)).value()).value().content.room;
    large = copy_large();
  }
  fs::path copy(const fs::path& of) {
    const fs::path made = place / std::to_string(++copies);
    fs::copy(of, made, fs::copy_options::recursive);
    return made;
  }
  fs::path copy_large(int count = objects) {
    const fs::path made = copy(used);
    fill_outbox(room_folder(made, room), count);
    return made;
  }
};

struct Seconds {
  double first = 0, second = 0;
};

double clocked(const std::function<void()>& work) {
  const auto before = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
}

void open_once(const fs::path& vault, std::string_view with) {
  auto lock = lock_vault(vault, passphrase(with));
  REQUIRE(lock);
  REQUIRE(unlock(vault, passphrase(with), *lock));
}

/// Two commands, one behind the other. `beside` is done within each, as by a program that waits for its clearing.
Seconds take(const fs::path& vault, std::string_view with, const std::function<void()>& beside = [] {}) {
  Seconds taken;
  taken.first = clocked([&] { open_once(vault, with), beside(); });
  taken.second = clocked([&] { open_once(vault, with), beside(); });
  wait_for_all();
  return taken;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

std::vector<double> differences(const std::vector<double>& of, const std::vector<double>& from) {
  std::vector<double> all;
  for (std::size_t i = 0; i < of.size(); ++i) all.push_back(of[i] - from[i]);
  return all;
}

/// How far from nothing the median of so many differences between equal cases comes by chance, all but never: signs
/// turned at random a thousand times.
double noise(const std::vector<double>& equal) {
  std::mt19937 random(1);
  std::vector<double> medians;
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> turned;
    for (std::size_t j = 0; j < equal.size(); ++j) {
      const double one = equal[random() % equal.size()];
      turned.push_back(random() % 2 == 0 ? one : -one);
    }
    medians.push_back(std::abs(median(turned)));
  }
  std::sort(medians.begin(), medians.end());
  return medians[995];
}

enum Case { plain, plain_again, real, real_again, under_duress, waiting, cases };
using Times = std::array<std::vector<double>, cases>;

void one_round(Vaults& vaults, std::mt19937& random, Times& first, Times& second) {
  const auto& large = vaults.large;
  std::array<fs::path, cases> at{vaults.copy(vaults.plain), vaults.copy(vaults.plain), large, large, vaults.copy_large(),
                                 vaults.copy(vaults.plain)};
  std::vector<fs::path> to_clear{vaults.copy_large(cleared_by_who_waits), vaults.copy_large(cleared_by_who_waits)};
  settle(vaults.plain);
  const auto clear_one = [&] {
    static_cast<void>(clear_room(to_clear.back(), {{Secret<32>::random(), vaults.room}, 0}).has_value());
    fs::remove_all(to_clear.back());
    to_clear.pop_back();
  };
  std::array<Case, cases> order{plain, plain_again, real, real_again, under_duress, waiting};
  std::shuffle(order.begin(), order.end(), random);
  for (const Case one : order) {
    const bool is_real = one == real || one == real_again;
    const Seconds taken = one == waiting ? take(at[one], duress, clear_one) : take(at[one], is_real ? own : duress);
    first[one].push_back(taken.first);
    second[one].push_back(taken.second);
  }
  for (const fs::path& vault : at)
    if (vault != large) fs::remove_all(vault);
}

struct Verdict {
  double difference, noise;
  bool tells() const { return std::abs(difference) > noise; }
};
Verdict judge(const Times& times, Case of, Case from, Case again) {
  return {median(differences(times[of], times[from])), noise(differences(times[again], times[from]))};
}

struct Verdicts {
  Verdict with_real, with_plain, later, waiting, waiting_later;

  bool nothing_shows() const { return !with_real.tells() && !with_plain.tells() && !later.tells(); }
  bool could_show() const { return waiting.tells() && waiting_later.tells(); }
};

std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
  return out << verdict.difference * 1e3 << " (noise " << verdict.noise * 1e3 << ")";
}

Verdicts measure(Vaults& vaults, std::mt19937& random, int rounds) {
  Times first, second;
  for (int round = 0; round < rounds; ++round) one_round(vaults, random, first, second);
  const Verdicts found{judge(first, under_duress, real, real_again), judge(first, under_duress, plain, plain_again),
                       judge(second, under_duress, plain, plain_again), judge(first, waiting, plain, plain_again),
                       judge(second, waiting, plain, plain_again)};
  std::cout << "milliseconds of the first command, duress - real: " << found.with_real << ", duress - never joined: "
            << found.with_plain << "; of the second: " << found.later << "; of programs that wait for the clearing: "
            << found.waiting << ", " << found.waiting_later << std::endl;
  return found;
}

}  // namespace

TEST_CASE("By wall clock a duress passphrase opens like the real one, and like that of a vault that never joined") {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Vaults vaults;
  std::mt19937 random(7);
  bool nothing_shows = false, could_show = false;
  for (int attempt = 0; attempt < 3 && !(nothing_shows && could_show); ++attempt) {
    const Verdicts found = measure(vaults, random, 5);
    nothing_shows = found.nothing_shows();
    could_show = found.could_show();
  }
  CHECK(nothing_shows);
  CHECK(could_show);  // what a program would show that waits for its clearing, or this test could not fail
}
