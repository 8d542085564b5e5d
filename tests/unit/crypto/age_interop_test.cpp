// SPDX-License-Identifier: GPL-3.0-or-later
// Our envelope and the program `age`, in both directions.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <csignal>

#include "crypto/age/envelope.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files.hpp"
#include "crypto/hash.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using dokaz::test::Scratch;

namespace {

constexpr std::size_t chunk = 64 * 1024;
const std::size_t sizes[] = {0, 1, chunk - 1, chunk, chunk + 1};

Bytes pattern(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<Byte>(i * 131 + (i >> 8) * 7);
  return out;
}

[[noreturn]] void become(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

int exit_of(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Runs a program whose messages nobody needs to see. Its output goes to a file, not through `-o`:
/// `age` makes no file for an empty content.
int run(const std::vector<std::string>& command, const Path& output = "/dev/null") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, 0);
    ::dup2(::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
    ::dup2(nowhere, 2);
    become(command);
  }
  return exit_of(child);
}

/// Runs a program on a terminal of its own and types `answer` whenever it asks for a passphrase.
int run_asked(const std::vector<std::string>& command, const std::string& answer) {
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) become(command);
  const File closing = File::adopt(terminal);
  std::string shown;
  for (;;) {
    pollfd waiting{terminal, POLLIN, 0};
    if (::poll(&waiting, 1, 120'000) <= 0) {
      ::kill(child, SIGKILL);
      exit_of(child);
      FAIL("the program asked something else: " << shown);
    }
    char part[256];
    const ssize_t got = ::read(terminal, part, sizeof part);
    if (got <= 0) return exit_of(child);  // EIO: the program has ended
    shown.append(part, static_cast<std::size_t>(got));
    if (shown.find("assphrase") == std::string::npos || !shown.ends_with(": ")) continue;
    shown.clear();
    const std::string line = answer + "\n";
    REQUIRE(::write(terminal, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  }
}

Bytes content(const Path& path) { return read_file(path, 64 << 20).value(); }

void write_identity(const Path& path, const age::Identity& identity) {
  identity.format().reveal([&](ByteView text) { REQUIRE(write_file_durably(path, text)); });
}

/// A number of /proc/self/status, in KiB.
long memory(std::string_view name) {
  const int descriptor = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const File file = File::adopt(descriptor);
  std::array<char, 8192> text{};
  const ssize_t got = ::read(descriptor, text.data(), text.size());
  REQUIRE(got > 0);
  std::string_view rest(text.data(), static_cast<std::size_t>(got));
  rest.remove_prefix(rest.find(name) + name.size());
  rest.remove_prefix(rest.find_first_of("0123456789"));
  long value = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), value);
  return value;
}

/// The most memory used since the last call, beyond what was used then, in KiB.
class MemoryPeak {
 public:
  MemoryPeak() {
    const int descriptor = ::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    const File file = File::adopt(descriptor);
    REQUIRE(::write(descriptor, "5", 1) == 1);
    before_ = memory("VmRSS:");
  }
  long growth() const { return memory("VmHWM:") - before_; }

 private:
  long before_;
};

}  // namespace

TEST_CASE("age opens what we seal: every size, several recipients, binary and armored") {
  const Scratch here;
  const auto ours = age::Identity::generate(), theirs = age::Identity::generate(),
             other = age::Identity::generate();
  write_identity(here / "theirs", theirs);
  write_identity(here / "other", other);
  const std::vector<age::Recipient> both = {ours.recipient(), theirs.recipient()};
  for (std::size_t size : sizes)
    for (auto form : {age::Form::binary, age::Form::armored}) {
      INFO(size);
      const Bytes plain = pattern(size);
      REQUIRE(write_file_durably(here / "sealed", age::encrypt(plain, both, form).value()));
      CHECK(run({"age", "-d", "-i", here / "other", here / "sealed"}) == 1);
      REQUIRE(run({"age", "-d", "-i", here / "theirs", here / "sealed"}, here / "opened") == 0);
      CHECK(content(here / "opened") == plain);
    }
}

TEST_CASE("we open what age seals: every size, several recipients, binary and armored") {
  const Scratch here;
  REQUIRE(run({"age-keygen", "-o", here / "key"}) == 0);
  const auto theirs = age::Identity::parse_file(content(here / "key")).value();
  REQUIRE(theirs.size() == 1);
  CHECK(text_of(content(here / "key")).find("# public key: " + theirs[0].recipient().format() + "\n") !=
        std::string_view::npos);
  const auto ours = age::Identity::generate(), other = age::Identity::generate();
  for (std::size_t size : sizes)
    for (const char* armor : {"", "-a"}) {
      INFO(size << " " << armor);
      const Bytes plain = pattern(size);
      REQUIRE(write_file_durably(here / "plain", plain));
      std::vector<std::string> command = {"age", "-r", ours.recipient().format(), "-r",
                                          theirs[0].recipient().format(), here / "plain"};
      if (*armor) command.insert(command.begin() + 1, armor);
      REQUIRE(run(command, here / "sealed") == 0);
      const Bytes sealed = content(here / "sealed");
      CHECK(age::decrypt(sealed, other).code() == Errc::age_no_match);
      CHECK(age::decrypt(sealed, ours).value() == plain);
      CHECK(age::decrypt(sealed, theirs).value() == plain);
      if (!*armor) CHECK(sealed.size() == age::envelope_size(size, 2));
    }
}

TEST_CASE("passphrases, both ways") {
  const Scratch here;
  const age::Passphrase phrase(SecretBytes::copy_of(bytes_of("seven words that nobody has guessed")), 10);
  const std::string typed = "seven words that nobody has guessed";
  const Bytes plain = pattern(chunk + 1);

  REQUIRE(write_file_durably(here / "sealed", age::encrypt(plain, phrase).value()));
  CHECK(run_asked({"age", "-d", "-o", here / "refused", here / "sealed"}, "something else") == 1);
  REQUIRE(run_asked({"age", "-d", "-o", here / "opened", here / "sealed"}, typed) == 0);
  CHECK(content(here / "opened") == plain);

  REQUIRE(write_file_durably(here / "plain", plain));
  REQUIRE(run_asked({"age", "-p", "-a", "-o", here / "theirs", here / "plain"}, typed) == 0);
  CHECK(age::decrypt(content(here / "theirs"), phrase).value() == plain);
  const age::Passphrase wrong(SecretBytes::copy_of(bytes_of("something else")));
  CHECK(age::decrypt(content(here / "theirs"), wrong).code() == Errc::age_no_match);
}

TEST_CASE("a hundred MiB both ways in a few hundred KiB of memory") {
  const Scratch here;
  const auto identity = age::Identity::generate();
  write_identity(here / "key", identity);
  const Bytes block = pattern(1 << 20);
  constexpr int blocks = 100;
  constexpr long allowed = 4 * 1024;  // KiB
  {
    const MemoryPeak peak;
    const Bytes much(8 << 20, 1);
    REQUIRE(peak.growth() > allowed);  // the measure itself can fail
  }
  Sha256 hash;
  {
    auto sealed = File::open(here / "sealed", File::Access::create_new).value();
    const MemoryPeak peak;
    Sha256Stream plain;
    const std::vector<age::Recipient> to = {identity.recipient()};
    auto writer = age::Writer::create(to, age::sink_into(sealed)).value();
    for (int i = 0; i < blocks; ++i) {
      plain.update(block);
      REQUIRE(writer.write(block));
    }
    REQUIRE(writer.finish());
    hash = plain.finish();
    CHECK(peak.growth() < allowed);
    CHECK(sealed.size().value() == age::envelope_size(blocks * block.size(), 1));
  }
  REQUIRE(run({"age", "-d", "-i", here / "key", "-o", here / "opened", here / "sealed"}) == 0);
  REQUIRE(run({"age", "-r", identity.recipient().format(), "-o", here / "theirs", here / "opened"}) == 0);
  for (const char* name : {"opened", "theirs"}) {
    const auto file = File::open(here / name, File::Access::read).value();
    const MemoryPeak peak;
    Sha256Stream found;
    const age::Sink into_hash = [&](ByteView bytes) -> Status { return found.update(bytes), Status{}; };
    if (name == std::string_view("theirs")) {
      auto reader = age::Reader::open(age::source_of(file), identity).value();
      REQUIRE(reader.copy_to(into_hash));
    } else {
      const age::Source source = age::source_of(file);
      Bytes part(chunk);
      while (const std::size_t got = source(part).value()) REQUIRE(into_hash(ByteView(part).first(got)));
    }
    CHECK(found.finish() == hash);
    CHECK(peak.growth() < allowed);
  }
}
