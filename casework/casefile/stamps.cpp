// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/stamps.hpp"

namespace dokaz {

std::string words_of(const StampCount& count) {
  std::string text = std::to_string(count.in) + " time stamps are in it, " + std::to_string(count.confirmed) +
                     " of them lead to a root that you gave with --authority.\n";
  if (count.confirmed == 0 && count.in != 0)
    text += "So it is not known whose they are. Ask the authority for its root certificates, and name them with --authority.\n";
  if (count.broken != 0) text += std::to_string(count.broken) + " anchors of that folder do not hold and were left out.\n";
  return text + "Give the addressee the authorities' root certificates by another way.\n";
}

}  // namespace dokaz
