// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/object_files.hpp"

#include "crypto/encoding.hpp"
#include "crypto/files_steps.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t block = 1 << 18;
constexpr std::size_t max_active = 4096;  // beyond that, who has written longest ago offers again

Result<ObjectId> hash_file(const File& file) {
  Sha256Stream hash;
  Bytes buffer(block);
  std::uint64_t offset = 0;
  while (true) {
    DOKAZ_LET(got, file.read_at(buffer, offset));
    if (got == 0) return ObjectId(hash.finish().raw());
    hash.update(ByteView(buffer).first(got));
    offset += got;
  }
}

}  // namespace

Result<ObjectFiles> ObjectFiles::open(const DataFolder& folder) {
  DOKAZ_TRY(make_inner_folder(folder.objects()));
  DOKAZ_TRY(make_inner_folder(folder.partial()));
  return ObjectFiles(folder);
}

Path ObjectFiles::place_of(const ObjectId& object) const {
  const std::string name = hex(object);
  return folder_.objects() / name.substr(0, 2) / name;
}

Path ObjectFiles::partial_of(const Fingerprint& case_id, const PublicKey& member, const ObjectId& object) const {
  const Sha256 name =
      Sha256Stream().update(case_id.view()).update(member.view()).update(object.view()).finish();
  return folder_.partial() / hex(name);
}

std::shared_ptr<ObjectFiles::Active> ObjectFiles::active(const Path& file) {
  auto& known = shared_->active;
  if (const auto found = known.find(file); found != known.end()) return found->second;
  // Forgetting one that nobody is inside of costs its holder an Offer, and a reading of the file.
  for (auto each = known.begin(); known.size() >= max_active && each != known.end();)
    each = each->second.use_count() == 1 ? known.erase(each) : std::next(each);
  return known.emplace(file, std::make_shared<Active>()).first->second;
}

ObjectFiles::Upload ObjectFiles::take_over(const Fingerprint& case_id, const PublicKey& member,
                                           const ObjectRef& object) {
  Path file = partial_of(case_id, member, object.id);
  std::uint64_t hold = 0;
  std::shared_ptr<Active> mine;
  {
    const std::lock_guard lock(shared_->mutex);
    mine = active(file);
    hold = ++shared_->last_hold;
  }
  const std::lock_guard lock(mine->mutex);
  mine->holder = hold;
  return {std::move(file), object, std::move(mine), hold};
}

ObjectFiles::Upload ObjectFiles::upload(const Fingerprint& case_id, const PublicKey& member, const ObjectRef& object,
                                        std::uint64_t hold) {
  Path file = partial_of(case_id, member, object.id);
  const std::lock_guard lock(shared_->mutex);
  auto known = active(file);
  return {std::move(file), object, std::move(known), hold};
}

Result<std::uint64_t> ObjectFiles::Upload::durable_size() const {
  const std::lock_guard lock(active_->mutex);
  DOKAZ_TRY(held());
  auto file = File::open(file_, File::Access::read_write);
  if (!file && file.code() == Errc::not_found) return std::uint64_t{0};
  if (!file) return file.error();
  DOKAZ_TRY(sync(*file));
  DOKAZ_TRY(sync_folder(file_.parent_path()));
  return file->size();
}

Status ObjectFiles::Upload::append(std::uint64_t offset, ByteView bytes) const {
  const std::lock_guard lock(active_->mutex);
  DOKAZ_TRY(held());
  auto file = File::open(file_, offset == 0 ? File::Access::create_new : File::Access::read_write);
  if (!file && offset == 0 && file.code() == Errc::already_exists)
    file = File::open(file_, File::Access::read_write);
  if (!file) return file.code() == Errc::not_found ? Error{Errc::out_of_turn, {}} : file.error();
  DOKAZ_LET(present, file->size());
  if (present != offset) return Errc::out_of_turn;
  if (bytes.size() > object_.size - offset) return fail(Errc::malformed, "more bytes than declared");
  const Status written = file->write_at(bytes, offset);
  // What was written in part is cut off again, so that the next offset is the one the client expects.
  if (!written && !file->truncate(offset)) return fail(Errc::io_error, "an upload could not be cut back");
  if (written) hash(offset, bytes);
  return written;
}

void ObjectFiles::Upload::hash(std::uint64_t offset, ByteView bytes) const {
  if (offset == 0) {
    active_->hash.emplace();
    active_->hashed = 0;
    active_->not_whole = 0;
  }
  if (!active_->hash) return;
  if (active_->hashed != offset) {
    active_->hash.reset();
    return;
  }
  active_->hash->update(bytes);
  active_->hashed += bytes.size();
}

Status ObjectFiles::Upload::sync(File& file) const {
  const Status synced = sync_fresh(file);
  if (!synced && !remove()) return Errc::io_error;
  return synced;
}

Status ObjectFiles::Upload::remove() const {
  active_->hash.reset();
  active_->not_whole = 0;
  const Status removed = remove_file_durably(file_);
  return !removed && removed.code() == Errc::not_found ? Status() : removed;
}

Status ObjectFiles::Upload::discard() const {
  const std::lock_guard lock(active_->mutex);
  DOKAZ_TRY(held());
  return remove();
}

Result<bool> ObjectFiles::Upload::is_whole() const {
  const std::lock_guard lock(active_->mutex);
  DOKAZ_TRY(held());
  DOKAZ_LET(file, File::open(file_, File::Access::read));
  DOKAZ_LET(size, file.size());
  if (size != object_.size || size == active_->not_whole) return false;
  DOKAZ_LET(hash, hash_file(file));
  if (hash == object_.id) return true;
  active_->not_whole = size;
  return false;
}

Status ObjectFiles::keep(const Upload& upload) {
  const std::lock_guard lock(upload.active_->mutex);
  DOKAZ_TRY(upload.held());
  const ObjectRef& object = upload.object_;
  {
    DOKAZ_LET(file, File::open(upload.file_, File::Access::read_write));
    DOKAZ_LET(size, file.size());
    auto hashed = std::exchange(upload.active_->hash, std::nullopt);
    const bool known = hashed && upload.active_->hashed == size;
    DOKAZ_LET(hash, known ? Result<ObjectId>(ObjectId(hashed->finish().raw())) : hash_file(file));
    if (size != object.size || hash != object.id) {
      DOKAZ_TRY(upload.remove());
      return Errc::hash_mismatch;
    }
    DOKAZ_TRY(upload.sync(file));
  }
  const Path place = place_of(object.id);
  const std::lock_guard place_lock(place_mutex(object.id));
  std::error_code unclear;
  if (!std::filesystem::is_directory(place.parent_path(), unclear)) DOKAZ_TRY(make_inner_folder(place.parent_path()));
  DOKAZ_TRY(rename_path(upload.file_, place));
  // The old name may come back after a power cut; the next offer then finds the bytes twice, which harms nobody.
  return sync_folder(place.parent_path());
}

Result<bool> ObjectFiles::holds(const ObjectRef& object) const {
  const std::lock_guard place_lock(place_mutex(object.id));
  auto file = File::open(place_of(object.id), File::Access::read_write);
  if (!file && file.code() == Errc::not_found) return false;
  if (!file) return file.error();
  DOKAZ_LET(size, file->size());
  if (size != object.size) return false;
  DOKAZ_LET(hash, hash_file(*file));
  if (hash != object.id) {
    DOKAZ_TRY(remove_file_durably(place_of(object.id)));
    return false;
  }
  DOKAZ_TRY(file->sync());
  DOKAZ_TRY(sync_folder(place_of(object.id).parent_path()));
  return true;
}

bool ObjectFiles::is_there(const ObjectRef& object) const {
  std::error_code unclear;
  return std::filesystem::file_size(place_of(object.id), unclear) == object.size && !unclear;
}

Result<Bytes> ObjectFiles::read(const ObjectId& object, std::uint64_t offset, std::size_t limit) const {
  const auto file = File::open(place_of(object), File::Access::read);
  if (!file && file.code() == Errc::not_found) return fail(Errc::damaged_store, "an object's file is gone");
  if (!file) return file.error();
  Bytes out(limit);
  DOKAZ_LET(got, file->read_at(out, offset));
  out.resize(got);
  return out;
}

}  // namespace dokaz::server
