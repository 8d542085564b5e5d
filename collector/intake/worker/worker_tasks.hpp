// SPDX-License-Identifier: GPL-3.0-or-later
// What a child of the worker program does: one task over one file, in the sandbox.
#pragma once

#include "collector/intake/worker/worker_message.hpp"

namespace dokaz::intake {

/// Before any child: what libraries load or set up once, and could not in the sandbox.
void prepare_tasks();

/// Enters the sandbox, does the task and writes the answer or the failure (worker_answer.hpp). The exit code.
int do_task(const WorkerRequest& request);

}  // namespace dokaz::intake
