// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "console/console.hpp"

using namespace dokaz;
using namespace dokaz::console;

namespace {

/// The options that read a passphrase from a pipe which holds `text`.
class PassphrasePipe {
 public:
  explicit PassphrasePipe(std::string_view text) {
    REQUIRE(::pipe(ends_.data()) == 0);
    REQUIRE(::write(ends_[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(ends_[1]);
    options.passphrase_file = "/dev/fd/" + std::to_string(ends_[0]);
  }
  ~PassphrasePipe() { ::close(ends_[0]); }
  PassphrasePipe(const PassphrasePipe&) = delete;
  PassphrasePipe& operator=(const PassphrasePipe&) = delete;

  Options options;

 private:
  std::array<int, 2> ends_{};
};

/// stdout is this file, as long as the object lives.
class StdoutTo {
 public:
  explicit StdoutTo(const char* path) : before_(::dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    const int file = ::open(path, O_WRONLY);
    REQUIRE(::dup2(file, STDOUT_FILENO) == STDOUT_FILENO);
    ::close(file);
  }
  ~StdoutTo() {
    std::clearerr(stdout);
    ::dup2(before_, STDOUT_FILENO);
    ::close(before_);
  }
  StdoutTo(const StdoutTo&) = delete;
  StdoutTo& operator=(const StdoutTo&) = delete;

 private:
  int before_;
};

std::string text_in(const SecretBytes& secret) {
  return secret.reveal([](ByteView bytes) { return to_text(bytes); });
}

}  // namespace

TEST_CASE("what others wrote cannot steer the terminal") {
  CHECK(printable("\x1b[2Jgone") == "?[2Jgone");
  CHECK(printable("a\nb\rc\td") == "a?b?c?d");
  CHECK(printable("\xc2\x9b" "31m") == "?31m");       // C1 control
  CHECK(printable("\xff\xfe") == "??");
  CHECK(printable("\xd0") == "?");                     // cut in the middle of a character
  CHECK(printable("\xc0\x80") == "??");                // overlong
  CHECK(printable("\xe0\x80\x9b") == "???");           // overlong C1 control
  CHECK(printable("\xf0\x80\x80\x9b") == "????");
  CHECK(printable("\xed\xa0\x80") == "???");           // surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "????");      // beyond Unicode
  CHECK(printable("доказ, żółć") == "доказ, żółć");
  CHECK(printable("a\u202egpj.exe") == "a?gpj.exe");    // right-to-left override
  CHECK(printable("\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069\u200e\u200f\u061c") == "???????????");
  CHECK(printable("a\u2028b\u2029c") == "a?b?c");       // line and paragraph separators
  CHECK(printable("\ufeffa\u200bb\u00adc\u2060d\U000e0041") == "?a?b?c?d?");
  CHECK(printable("می‌خواهم — 12 €") == "می‌خواهم — 12 €");  // a joiner that the language needs
}

TEST_CASE("an empty passphrase is none") {
  CHECK(read_passphrase(PassphrasePipe("").options, "?").code() == Errc::no_passphrase);
  CHECK(read_passphrase(PassphrasePipe("\nsecond line\n").options, "?").code() == Errc::no_passphrase);
}

TEST_CASE("a passphrase longer than 1024 bytes is refused, not cut") {
  CHECK(read_passphrase(PassphrasePipe(std::string(1025, 'a')).options, "?").code() == Errc::too_large);
  CHECK(text_in(read_passphrase(PassphrasePipe(std::string(1024, 'a')).options, "?").value()).size() == 1024);
}

TEST_CASE("a passphrase is the first line, without its end and with its spaces") {
  CHECK(text_in(read_passphrase(PassphrasePipe(" open sesame \nmore").options, "?").value()) == " open sesame ");
  CHECK(text_in(read_passphrase(PassphrasePipe("no end").options, "?").value()) == "no end");
}

TEST_CASE("one CR at the end of a passphrase file's line is not a part of the passphrase") {
  CHECK(text_in(read_passphrase(PassphrasePipe("open sesame\r\nmore").options, "?").value()) == "open sesame");
  CHECK(text_in(read_passphrase(PassphrasePipe("two\r\r\n").options, "?").value()) == "two\r");
  CHECK(read_passphrase(PassphrasePipe("\r\n").options, "?").code() == Errc::no_passphrase);
}

TEST_CASE("a passphrase file that is a folder is named as such") {
  Options options;
  options.passphrase_file = "/";
  CHECK(read_passphrase(options, "?").code() == Errc::not_regular_file);
}

TEST_CASE("a program that is ended at the passphrase prompt leaves the terminal with its echo") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const int keyboard = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(keyboard >= 0);
    REQUIRE(::grantpt(keyboard) == 0);
    REQUIRE(::unlockpt(keyboard) == 0);
    const int screen = ::open(::ptsname(keyboard), O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(screen >= 0);
    const pid_t child = ::fork();
    if (child == 0) {
      std::signal(number, SIG_DFL);
      ::setsid();
      ::ioctl(screen, TIOCSCTTY, 0);
      static_cast<void>(read_passphrase(Options{}, "?").has_value());
      ::_exit(0);
    }
    std::array<char, 8> prompt{};
    REQUIRE(::read(keyboard, prompt.data(), prompt.size()) > 0);
    termios now{};
    do REQUIRE(::tcgetattr(screen, &now) == 0);
    while ((now.c_lflag & ECHO) != 0);
    REQUIRE(::kill(child, number) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == number);
    REQUIRE(::tcgetattr(screen, &now) == 0);
    CHECK((now.c_lflag & ECHO) != 0);
    ::close(screen);
    ::close(keyboard);
  }
}

TEST_CASE("a passphrase file that is not there is named") {
  Options options;
  options.passphrase_file = "/nonexistent/passphrase";
  CHECK(read_passphrase(options, "?").code() == Errc::not_found);
}

TEST_CASE("what could not be printed is a failure") {
  Status full, good;
  {
    const StdoutTo file("/dev/full");
    full = print("a line\n");
  }
  {
    const StdoutTo file("/dev/null");
    good = print("a line\n");
  }
  REQUIRE_FALSE(full);
  CHECK(full.code() == Errc::no_space);
  CHECK(good);
}

TEST_CASE("a program's folder is where the system keeps data, or nowhere") {
  ::unsetenv("XDG_DATA_HOME");
  ::unsetenv("HOME");
  CHECK(data_folder("dokaz").code() == Errc::usage);
  ::setenv("HOME", "relative", 1);
  CHECK(data_folder("dokaz").code() == Errc::usage);
  ::setenv("HOME", "/place", 1);
  CHECK(data_folder("dokaz").value() == "/place/.local/share/dokaz");
  ::setenv("XDG_DATA_HOME", "", 1);
  CHECK(data_folder("dokaz").value() == "/place/.local/share/dokaz");
  ::setenv("XDG_DATA_HOME", "/data", 1);
  CHECK(data_folder("dokaz-case").value() == "/data/dokaz-case");
}

TEST_CASE("a hardened process keeps its memory and files to itself, and is not ended by a write") {
  harden_process();
  rlimit core{1, 1};
  REQUIRE(::getrlimit(RLIMIT_CORE, &core) == 0);
  CHECK(core.rlim_max == 0);
  CHECK(::umask(077) == 077);
  CHECK(std::signal(SIGXFSZ, SIG_IGN) == SIG_IGN);
  CHECK(std::signal(SIGPIPE, SIG_IGN) == SIG_IGN);
}
