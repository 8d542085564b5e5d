// SPDX-License-Identifier: GPL-3.0-or-later
// One upload in flight: a thread with a connection of its own. Private to the folder.
#pragma once

#include "collector/sync/pause.hpp"
#include "collector/sync/upload_queue.hpp"

namespace dokaz {

/// Works until the queue has nothing left. A line that breaks is made anew, after a wait, as often as `retry` says;
/// then the queue is stopped.
void work_off(UploadQueue& queue, const Reach& reach, std::optional<Client> client, const Outbox& outbox, Retry retry);

}  // namespace dokaz
