// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz_make_vectors FOLDER: writes every vector anew. dokaz_make_vectors --seeds FOLDER: their bytes alone.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/vectors/make/format_vector.hpp"

int main(int argc, char** argv) {
  const bool seeds = argc == 3 && std::string_view(argv[1]) == "--seeds";
  if (argc != 2 && !seeds) {
    std::fputs("usage: dokaz_make_vectors [--seeds] FOLDER\n", stderr);
    return 2;
  }
  for (const auto& vector : dokaz::format_vectors::all_vectors()) {
    const auto folder = std::filesystem::path(argv[argc - 1]) / vector.format;
    std::filesystem::create_directories(folder);
    const dokaz::Bytes bytes = seeds ? vector.bytes : dokaz::format_vectors::file_of(vector);
    std::ofstream file(folder / (vector.name + (seeds ? "" : ".txt")), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) {
      std::fputs("a vector could not be written\n", stderr);
      return 12;
    }
  }
}
