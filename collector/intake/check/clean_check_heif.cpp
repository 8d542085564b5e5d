// SPDX-License-Identifier: GPL-3.0-or-later
// HEIC and AVIF seen a second time: the clean copy must be the one file of its pictures, and these the original's.
#include <set>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/heif_pictures.hpp"
#include "collector/intake/check/icc.hpp"

namespace dokaz::intake::check {
namespace {

constexpr std::uint64_t most_bytes = UINT32_MAX;

/// Everything but colour profiles, which may be reduced or gone.
Sha256 coded(const HeifPictures& pictures) {
  FieldHash hash;
  hash.field("pictures", pictures.all.size());
  for (const HeifPicture& picture : pictures.all) {
    hash.field("type", bytes_of(picture.type));
    hash.field("inputs", picture.inputs.size());
    for (const std::size_t input : picture.inputs) hash.field("input", input);
    if (picture.is_alpha) hash.field(picture.premultiplied ? "premultiplied alpha" : "alpha", picture.alpha_of);
    for (const HeifProperty& property : picture.properties)
      if (property.profile.empty()) hash.field("property", property.box);
    hash.field("data", picture.data);
  }
  return hash.finish();
}

ByteView profile_of(const HeifPicture& picture) {
  for (const HeifProperty& property : picture.properties)
    if (!property.profile.empty()) return property.profile;
  return {};
}

/// Items may share a profile, so that each pair of profiles is compared once.
Status check_profiles(const HeifPictures& before, const HeifPictures& after) {
  std::set<std::pair<const Byte*, const Byte*>> compared;
  for (std::size_t i = 0; i < after.all.size(); ++i) {
    const ByteView clean = profile_of(after.all[i]), original = profile_of(before.all[i]);
    if (clean.empty() || !compared.emplace(clean.data(), original.data()).second) continue;
    if (channels_of_reduced_profile(clean) != (after.monochrome ? 1u : 3u)) return unclean("colour profile");
    if (!renders_like(clean, original)) return unclean("another colour profile");
  }
  return {};
}

}  // namespace

Result<Checked> heif(ByteView original, ByteView clean) {
  if (clean.size() > most_bytes) return unclean("size");
  DOKAZ_LET(after, heif_pictures(clean));
  if (text_of(heif_file_of(after)) != text_of(clean)) return unclean("not the one form of these pictures");
  DOKAZ_LET(before, heif_pictures(original));
  const Sha256 hash = coded(after);
  if (coded(before) != hash || before.all.size() != after.all.size()) return unclean("the coded picture differs");
  DOKAZ_TRY(check_profiles(before, after));
  return Checked{after.brand == "avif" ? Media::avif : Media::heic, after.all[0].width, after.all[0].height, {}, hash, {}};
}

}  // namespace dokaz::intake::check
