// SPDX-License-Identifier: GPL-3.0-or-later
// The one font that our PDFs are set in, found by its files and by nothing else of the machine's settings.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/hash.hpp"
#include "crypto/result.hpp"

typedef struct _PangoFontMap PangoFontMap;

namespace dokaz::pdf {

/// DejaVu Sans and DejaVu Sans Mono of Debian's fonts-dejavu-core. Other fonts of the machine are not seen: a
/// letter that these lack is counted (`Laid::missing_letters`), never taken from elsewhere. One thread at a time.
class Fonts {
 public:
  /// not_found where the font's files are not there.
  static Result<Fonts> load();
  /// The same from another folder.
  static Result<Fonts> load_from(const std::string& folder);

  PangoFontMap* map() const { return map_.get(); }
  /// Name and SHA-256 of each file: where a page breaks depends on them.
  const std::vector<std::pair<std::string, Sha256>>& files() const { return files_; }

 private:
  Fonts() = default;
  std::shared_ptr<PangoFontMap> map_;
  std::vector<std::pair<std::string, Sha256>> files_;
};

}  // namespace dokaz::pdf
