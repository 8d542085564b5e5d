// SPDX-License-Identifier: GPL-3.0-or-later
// A database that is set to synchronous=NORMAL whatever it is told, and says that it is FULL (LD_PRELOAD): what a test
// of power cuts must be able to tell from the real one.
#include <dlfcn.h>

#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

extern "C" int sqlite3_prepare_v2(sqlite3* db, const char* sql, int size, sqlite3_stmt** out, const char** tail) {
  using Prepare = int (*)(sqlite3*, const char*, int, sqlite3_stmt**, const char**);
  static const auto real = reinterpret_cast<Prepare>(::dlsym(RTLD_NEXT, "sqlite3_prepare_v2"));
  const std::string_view first = std::string_view(sql).substr(0, std::string_view(sql).find(';'));
  if (first.find("PRAGMA synchronous") == std::string_view::npos) return real(db, sql, size, out, tail);
  const bool is_set = first.find('=') != std::string_view::npos;
  if (tail != nullptr) *tail = sql + first.size() + (sql[first.size()] == ';' ? 1 : 0);
  return real(db, is_set ? "PRAGMA synchronous = NORMAL" : "SELECT 2", -1, out, nullptr);
}
