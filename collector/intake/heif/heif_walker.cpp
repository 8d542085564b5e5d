// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/heif/heif_walker.hpp"

#include "collector/intake/heif/heif_writer.hpp"
#include "collector/intake/heif/left_out.hpp"

namespace dokaz::intake {

Result<Walked> walk_heif(ByteView file, const WalkOptions& options) {
  Walked walked;
  DOKAZ_LET(found, heif::read_heif(file));
  heif::Properties properties(file, found, options, walked.warnings);
  DOKAZ_LET(tree, heif::grow_tree(file, found, properties));
  DOKAZ_LET(plan, heif::write_heif(found, tree));
  walked.media = tree.codec == heif::Codec::av1 ? Media::avif : Media::heic;
  walked.width = tree.nodes.front().width;
  walked.height = tree.nodes.front().height;
  walked.orientation = tree.orientation;
  walked.plan = std::move(plan);
  heif::list_left_out(file, found, tree, properties, walked);
  if (tree.cropped) walked.warnings.emplace_back("the picture is shown cropped: what is cut off stays in the clean copy");
  if (tree.laid_over)
    walked.warnings.emplace_back("the picture is laid together of several: what is covered stays in the clean copy");
  return walked;
}

}  // namespace dokaz::intake
