// SPDX-License-Identifier: GPL-3.0-or-later
// Looks into files for markers, for programs beside this one: dokaz-find-markers MARKERS FILE…
// MARKERS has one a line. Prints a line "FILE<tab>MARKER<tab>FORM" for each that is found; ends with 0 either way.
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/intake/traps/marker_search.hpp"

int main(int count, char** arguments) {
  if (count < 2) return std::cerr << "usage: dokaz-find-markers MARKERS FILE...\n", 2;
  std::ifstream list(arguments[1]);
  std::vector<std::string> markers;
  for (std::string line; std::getline(list, line);) markers.push_back(line);
  if (markers.empty()) return std::cerr << "no markers\n", 2;
  const dokaz::test::MarkerSearch search(markers);
  for (int i = 2; i < count; ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    if (!file) return std::cerr << "cannot read " << arguments[i] << '\n', 1;
    const std::string content(std::istreambuf_iterator<char>(file), {});
    for (const auto& [marker, form] : search.in(dokaz::bytes_of(content)))
      std::cout << arguments[i] << '\t' << markers[marker] << '\t' << form << '\n';
  }
}
