// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of a dossier's tag files, manifests and cover: the first byte says which file the rest stands for, and
// whether the exporter signs the whole again. What was changed and not signed again is never verified; a manifest that is
// read is written again as it was; whatever stands there, a report comes.
#include <algorithm>

#include "tests/fuzz/seeds.hpp"
#include "tests/unit/casework/small_dossier.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

constexpr std::string_view changed[] = {part::bagit,    part::bag_info,  part::manifest, part::long_manifest, part::tag_manifest,
                                        part::signature, part::allowed_signers, part::cover, part::policy, part::roster};
constexpr std::size_t files = std::size(changed);

const Dossier& whole() {
  static const Dossier one = DossierMaker().make();
  return one;
}

void read_alone(ByteView bytes) {
  if (const auto read = read_manifest(bytes, max_bag_files)) DOKAZ_CHECK(std::ranges::equal(write_manifest(*read), bytes));
  if (const auto read = read_long_manifest(bytes, max_bag_files)) DOKAZ_CHECK(std::ranges::equal(write_manifest(*read), bytes));
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < files; ++i)
    for (const bool again : {false, true}) {
      const auto found = whole().files.find(std::string(changed[i]));
      DOKAZ_CHECK(found != whole().files.end());
      Bytes seed{static_cast<Byte>(2 * i + (again ? 1 : 0))};
      append(seed, found->second);
      out.push_back(std::move(seed));
    }
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string path(changed[(data[0] / 2) % files]);
  const bool signed_again = data[0] % 2 != 0;
  const ByteView bytes(data + 1, size - 1);
  read_alone(bytes);
  BagFiles bag = whole().files;
  const bool same = std::ranges::equal(bag[path], bytes);
  bag[path] = to_bytes(bytes);
  // Also where the exporter lies: the manifests are made anew, but for the one that is fuzzed.
  if (signed_again && path != part::tag_manifest && path != part::signature) {
    sign_dossier_again(bag);
    if (path == part::manifest || path == part::long_manifest) bag[path] = to_bytes(bytes);
  }
  const DossierReport report = verify_dossier(bag_of(bag), whole().trust);
  if (!same && !signed_again) DOKAZ_CHECK(report.failure.has_value());
  if (same) DOKAZ_CHECK(!report.failure);
  DOKAZ_CHECK(!render_text(report).empty() && !render_json(report).empty());
  return 0;
}
