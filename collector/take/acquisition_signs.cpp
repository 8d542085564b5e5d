// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/acquisition_signs.hpp"

#include <algorithm>

namespace dokaz {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// "#" is one digit, "*" at the end is anything; the rest stands for itself, in small letters.
bool fits(std::string_view name, std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') return true;
    if (i >= name.size()) return false;
    const bool same = pattern[i] == '#' ? name[i] >= '0' && name[i] <= '9' : name[i] == pattern[i];
    if (!same) return false;
  }
  return name.size() == pattern.size();
}

struct Sign {
  std::string_view pattern, sign;
};

constexpr Sign names[] = {
    {"img-########-wa####*", "name as WhatsApp gives it"},
    {"vid-########-wa####*", "name as WhatsApp gives it"},
    {"ptt-########-wa####*", "name as WhatsApp gives it"},
    {"aud-########-wa####*", "name as WhatsApp gives it"},
    {"doc-########-wa####*", "name as WhatsApp gives it"},
    {"whatsapp image ####-##-##*", "name as WhatsApp gives it"},
    {"whatsapp video ####-##-##*", "name as WhatsApp gives it"},
    {"photo_####-##-##_##-##-##*", "name as Telegram gives it"},
    {"video_####-##-##_##-##-##*", "name as Telegram gives it"},
    {"signal-####-##-##*", "name as Signal gives it"},
    {"viber_image_*", "name as Viber gives it"},
    {"received_########*", "name as Messenger gives it"},
    {"fb_img_########*", "name as Facebook gives it"},
    {"screenshot*", "name of a screenshot"},
};

constexpr Sign folders[] = {
    {"whatsapp*", "folder of WhatsApp"}, {"com.whatsapp*", "folder of WhatsApp"}, {"telegram*", "folder of Telegram"},
    {"signal", "folder of Signal"},      {"viber*", "folder of Viber"},           {"messenger", "folder of Messenger"},
    {"download*", "folder of downloads"}, {"screenshots", "folder of screenshots"},
};

void add(std::vector<std::string>& signs, std::string_view sign) {
  if (std::find(signs.begin(), signs.end(), sign) == signs.end()) signs.emplace_back(sign);
}

bool states(const TakenIn& item, std::string_view name) {
  return std::any_of(item.facts.begin(), item.facts.end(), [&](const MetadataFact& fact) { return fact.name == name; });
}

}  // namespace

std::vector<std::string> signs_of_name(const std::filesystem::path& file) {
  std::vector<std::string> signs;
  const std::string name = lower(file.filename().string());
  for (const Sign& one : names)
    if (fits(name, one.pattern)) add(signs, one.sign);
  std::error_code error;
  const auto whole = std::filesystem::absolute(file, error).parent_path();
  if (error) return signs;
  for (const auto& part : whole)
    for (const Sign& one : folders)
      if (fits(lower(part.string()), one.pattern)) add(signs, one.sign);
  return signs;
}

std::vector<std::string> signs_of(const std::filesystem::path& file, const TakenIn& item) {
  std::vector<std::string> signs = signs_of_name(file);
  if (item.media_type.starts_with("image/") && !states(item, "capture.time") && !states(item, "device.make") &&
      !states(item, "device.model"))
    add(signs, "no camera's metadata");
  return signs;
}

}  // namespace dokaz
