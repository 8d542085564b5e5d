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
enum class Came { kept, waiting };

/// Under its name only if it is the object; otherwise nothing of it stays. Its name is durable when the folder is.
Status keep(File content, const ObjectRef& object, const Path& partial, const Path& whole) {
  Sha256Stream hash;
  Bytes buffer(read_step);
  std::uint64_t offset = 0;
  while (true) {
    DOKAZ_LET(got, content.read_at(buffer, offset));
    if (got == 0) break;
    hash.update(ByteView(buffer).first(got));
    offset += got;
  }
  if (offset != object.size || hash.finish().raw() != object.id.raw()) {
    DOKAZ_TRY(remove_file_durably(partial));
    return Errc::hash_mismatch;
  }
  DOKAZ_TRY(content.sync());
  std::error_code error;
  std::filesystem::rename(partial, whole, error);
  return error ? Status(Errc::io_error) : Status();
}

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
      if (received > object.size) return Errc::hash_mismatch;
      return content.append(bytes);
    });
    if (!fetched && (fetched.code() == Errc::not_found || fetched.code() == Errc::missing_part)) {
      if (offset == 0) DOKAZ_TRY(remove_file_durably(partial));
      return Came::waiting;
    }
    DOKAZ_TRY(fetched);
  }
  DOKAZ_TRY(keep(std::move(content), object, partial, whole));
  return Came::kept;
}

/// What the workers share.
class Work {
 public:
  Work(const Path& folder, const std::vector<ObjectRef>& wanted) : folder_(folder), wanted_(wanted) {}

  /// One worker's share: object after object, until none is left or somebody failed.
  Status run(Client client) {
    const Leaving leaving(*this);  // also by an exception, so that nobody waits for ever
    const Status ended = take_all(client);
    if (!ended) {
      const std::lock_guard lock(mutex_);
      failed_ = true;
    }
    return ended;
  }

  /// On the caller's thread, until `workers` are done.
  void watch(std::size_t workers, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    std::unique_lock lock(mutex_);
    while (over_ < workers) {
      changed_.wait(lock);
      const std::size_t done = fetched_.kept + fetched_.waiting;
      lock.unlock();
      progress(done, wanted_.size());
      lock.lock();
    }
  }
  Fetched fetched() const { return fetched_; }

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

  Status take_all(Client& client) {
    for (;;) {
      std::size_t mine = 0;
      {
        const std::lock_guard lock(mutex_);
        if (failed_ || next_ == wanted_.size()) return {};
        mine = next_++;
      }
      DOKAZ_LET(came, fetch_one(client, folder_, wanted_[mine]));
      const std::lock_guard lock(mutex_);
      ++(came == Came::kept ? fetched_.kept : fetched_.waiting);
      changed_.notify_one();
    }
  }

  const Path& folder_;
  const std::vector<ObjectRef>& wanted_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0, over_ = 0;
  bool failed_ = false;
  Fetched fetched_;
};

}  // namespace

Result<Fetched> fetch_objects(const Path& folder, std::vector<Client> clients, const std::vector<ObjectRef>& wanted,
                              const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  Work work(folder, wanted);
  std::vector<std::future<Status>> workers;
  for (Client& client : clients)
    workers.push_back(std::async(std::launch::async,
                                 [&work, client = std::make_shared<Client>(std::move(client))] { return work.run(std::move(*client)); }));
  work.watch(workers.size(), progress);
  Status outcome;
  for (std::future<Status>& worker : workers)
    if (Status ended = worker.get(); !ended && outcome) outcome = std::move(ended);
  DOKAZ_TRY(sync_folder(folder));
  DOKAZ_TRY(outcome);
  return work.fetched();
}

}  // namespace dokaz
