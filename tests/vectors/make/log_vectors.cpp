// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the vectors of tree, .tlog-proof and .sigsum-proof into the given folder: the same bytes each time.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/vectors/make/vector.hpp"

int main(int count, char** arguments) {
  using namespace dokaz::vectors;
  if (count != 2) {
    std::cerr << "usage: dokaz-make-log-vectors FOLDER\n";
    return 2;
  }
  const std::filesystem::path root = arguments[1];
  std::size_t written = 0;
  for (const auto& vectors : {tree_vectors(), tlog_proof_vectors(), sigsum_proof_vectors()})
    for (const Vector& vector : vectors) {
      std::filesystem::create_directories(root / vector.folder);
      std::ofstream file(root / vector.folder / (vector.name + ".txt"), std::ios::binary);
      file << vector.text();
      if (!file.flush()) return 1;
      ++written;
    }
  std::cout << written << " vectors\n";
  return 0;
}
