// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/fetching.hpp"

#include <condition_variable>
#include <future>
#include <mutex>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace dokaz {
namespace {

constexpr std::size_t read_step = 1 << 20;
enum class Came { kept, waiting, not_yet };

/// Under its name only if it is the object; otherwise nothing of it stays. Its name is durable when the folder is.
Status keep(File content, const ObjectId& object, const Path& partial, const Path& whole) {
  Sha256Stream hash;
  Bytes buffer(read_step);
  std::uint64_t offset = 0;
  while (true) {
    DOKAZ_LET(got, content.read_at(buffer, offset));
    if (got == 0) break;
    hash.update(ByteView(buffer).first(got));
    offset += got;
  }
  if (hash.finish().raw() != object.raw()) {
    DOKAZ_TRY(remove_file_durably(partial));
    return Errc::hash_mismatch;
  }
  DOKAZ_TRY(content.sync());
  std::error_code error;
  std::filesystem::rename(partial, whole, error);
  return error ? Status(Errc::io_error) : Status();
}

/// not_yet: what lay there was no beginning of it, and is gone.
Result<Came> fetch_one(Client& client, const Path& folder, const ObjectRef& object) {
  const Path partial = folder / (hex(object.id) + ".part"), whole = folder / (hex(object.id) + ".age");
  auto opened = File::open(partial, File::Access::read_write);
  if (!opened && opened.code() == Errc::not_found) opened = File::open(partial, File::Access::create_new);
  if (!opened) return opened.error();
  File content = std::move(opened).value();
  DOKAZ_LET(offset, content.size());
  if (offset > object.size) {
    DOKAZ_TRY(content.truncate(0));
    offset = 0;
  }
  if (offset < object.size) {
    std::uint64_t received = offset;
    const auto fetched = client.fetch(object.id, offset, [&](ByteView bytes) -> Status {
      received += bytes.size();
      if (received > object.size) return Errc::hash_mismatch;  // nobody claims that it is so large
      return content.append(bytes);
    });
    if (!fetched && (fetched.code() == Errc::not_found || fetched.code() == Errc::missing_part)) {
      if (offset == 0) DOKAZ_TRY(remove_file_durably(partial));
      return Came::waiting;
    }
    if (!fetched && (fetched.code() == Errc::hash_mismatch || fetched.code() == Errc::malformed)) {
      DOKAZ_TRY(remove_file_durably(partial));
      if (offset > 0) return Came::not_yet;
    }
    DOKAZ_TRY(fetched);
  }
  const Status kept = keep(std::move(content), object.id, partial, whole);
  if (!kept && kept.code() == Errc::hash_mismatch && offset > 0) return Came::not_yet;
  DOKAZ_TRY(kept);
  return Came::kept;
}

/// Of one object. Everything else would befall each of the others as well.
bool is_of_one_object(Errc code) {
  return code == Errc::hash_mismatch || code == Errc::malformed || code == Errc::unknown_field || code == Errc::out_of_turn ||
         code == Errc::frame_too_large || code == Errc::too_large || code == Errc::internal;
}

/// What the workers share.
class Work {
 public:
  Work(const Path& folder, const std::vector<ObjectRef>& wanted) : folder_(folder), wanted_(wanted) {}

  /// One worker's share: object after object, until none is left, its line is gone, or nobody can go on.
  void run(Client client) {
    const Leaving leaving(*this);  // also by an exception, so that nobody waits for ever
    for (;;) {
      std::size_t mine = 0;
      {
        const std::lock_guard lock(mutex_);
        if (stopped_ || next_ == wanted_.size()) return;
        mine = next_++;
      }
      if (!settle(wanted_[mine], fetch_one(client, folder_, wanted_[mine]))) return;
    }
  }

  /// On the caller's thread, until `workers` are done.
  void watch(std::size_t workers, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    std::unique_lock lock(mutex_);
    while (over_ < workers) {
      changed_.wait(lock);
      const std::size_t done = fetched_.settled();
      lock.unlock();
      progress(done, wanted_.size());
      lock.lock();
    }
  }

  /// When all workers are done.
  Fetched finish() {
    std::vector<ObjectRef> left(wanted_.begin() + static_cast<std::ptrdiff_t>(next_), wanted_.end());
    left.insert(left.end(), fetched_.left.begin(), fetched_.left.end());
    fetched_.left = std::move(left);
    return std::move(fetched_);
  }

 private:
  struct Leaving {
    explicit Leaving(Work& work) : work_(work) {}
    Leaving(const Leaving&) = delete;
    Leaving& operator=(const Leaving&) = delete;
    ~Leaving() {
      const std::lock_guard lock(work_.mutex_);
      ++work_.over_;
      work_.changed_.notify_one();
    }
    Work& work_;
  };

  /// False where its worker can do no more.
  bool settle(const ObjectRef& object, const Result<Came>& came) {
    const std::lock_guard lock(mutex_);
    changed_.notify_one();
    if (came && *came != Came::not_yet) {
      ++(*came == Came::kept ? fetched_.kept : fetched_.waiting);
      return true;
    }
    if (!came && is_of_one_object(came.code())) {
      fetched_.failed.push_back({object.id, came.code()});
      return true;
    }
    fetched_.left.push_back(object);
    if (came) {
      ++fetched_.begun_anew;
      return true;
    }
    if (!fetched_.ended) fetched_.ended = came.error();
    stopped_ = stopped_ || !is_line_failure(came.code());
    return false;
  }

  const Path& folder_;
  const std::vector<ObjectRef>& wanted_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0, over_ = 0;
  bool stopped_ = false;
  Fetched fetched_;
};

}  // namespace

bool is_line_failure(Errc code) {
  return code == Errc::connection_lost || code == Errc::timed_out || code == Errc::unreachable || code == Errc::proxy_failed;
}

Fetched fetch_objects(const Path& folder, std::vector<Client> clients, const std::vector<ObjectRef>& wanted,
                      const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  Work work(folder, wanted);
  std::vector<std::future<void>> workers;
  for (Client& client : clients)
    workers.push_back(std::async(std::launch::async,
                                 [&work, client = std::make_shared<Client>(std::move(client))] { work.run(std::move(*client)); }));
  work.watch(workers.size(), progress);
  for (std::future<void>& worker : workers) worker.get();
  Fetched fetched = work.finish();
  const Status named = sync_folder(folder);
  if (!named && (!fetched.ended || is_line_failure(fetched.ended->code))) fetched.ended = named.error();
  return fetched;
}

}  // namespace dokaz
