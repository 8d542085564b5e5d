// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include "console/console.hpp"
#include "crypto/files.hpp"

namespace dokaz::console {

Result<char> ask_key(std::string_view question) {
  const File terminal = File::adopt(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  termios before{};
  if (terminal.descriptor() < 0 || ::tcgetattr(terminal.descriptor(), &before) != 0) return Errc::not_found;
  termios at_once = before;
  at_once.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);  // Ctrl-C is a key that means no
  at_once.c_cc[VMIN] = 1;
  at_once.c_cc[VTIME] = 0;
  ::dprintf(terminal.descriptor(), "%.*s ", static_cast<int>(question.size()), question.data());
  char key = 0;
  ::tcsetattr(terminal.descriptor(), TCSAFLUSH, &at_once);
  const bool got = ::read(terminal.descriptor(), &key, 1) == 1;
  ::tcsetattr(terminal.descriptor(), TCSAFLUSH, &before);
  ::dprintf(terminal.descriptor(), "\n");
  if (!got) return fail(Errc::io_error, "terminal");
  return key;
}

}  // namespace dokaz::console
