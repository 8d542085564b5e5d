// SPDX-License-Identifier: GPL-3.0-or-later
// Writes every trap but the largest into a folder, for programs beside this one: dokaz_make_traps FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/intake/traps/trap.hpp"

int main(int count, char** arguments) {
  if (count != 2) return std::cerr << "usage: dokaz_make_traps FOLDER\n", 2;
  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder);
  for (const dokaz::test::Trap& trap : dokaz::test::all_traps()) {
    std::ofstream file(folder / trap.name, std::ios::binary);
    file << dokaz::text_of(trap.make());
    if (!file) return std::cerr << "cannot write " << trap.name << '\n', 1;
  }
}
