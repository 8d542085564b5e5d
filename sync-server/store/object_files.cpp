// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/object_files.hpp"

#include "crypto/encoding.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t block = 1 << 18;
constexpr std::size_t max_hashes = 1024;  // beyond that, a file is read once it is whole

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

ObjectFiles::Upload ObjectFiles::upload(const Fingerprint& case_id, const ObjectRef& object) {
  const Sha256 name = Sha256Stream()
                          .update(case_id.view())
                          .update(object.id.view())
                          .update(std::to_string(object.size))
                          .finish();
  return {folder_.partial() / hex(name), object, hashes_};
}

Result<std::uint64_t> ObjectFiles::Upload::size() const {
  const auto file = File::open(file_, File::Access::read);
  if (!file && file.code() == Errc::not_found) return std::uint64_t{0};
  if (!file) return file.error();
  return file->size();
}

Result<std::uint64_t> ObjectFiles::Upload::durable_size() const {
  auto file = File::open(file_, File::Access::read_write);
  if (!file && file.code() == Errc::not_found) return std::uint64_t{0};
  if (!file) return file.error();
  DOKAZ_TRY(file->sync());
  DOKAZ_TRY(sync_folder(file_.parent_path()));
  return file->size();
}

Status ObjectFiles::Upload::append(std::uint64_t offset, ByteView bytes) const {
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
    if (hashes_->size() >= max_hashes) hashes_->erase(hashes_->begin());
    hashes_->insert_or_assign(file_, Hashed{});
  }
  const auto hashed = hashes_->find(file_);
  if (hashed == hashes_->end()) return;
  if (hashed->second.size != offset) {
    hashes_->erase(hashed);
    return;
  }
  hashed->second.hash.update(bytes);
  hashed->second.size += bytes.size();
}

Status ObjectFiles::Upload::discard() const {
  hashes_->erase(file_);
  const Status removed = remove_file_durably(file_);
  return !removed && removed.code() == Errc::not_found ? Status() : removed;
}

Status ObjectFiles::keep(const Upload& upload) {
  {
    DOKAZ_LET(file, File::open(upload.file_, File::Access::read_write));
    DOKAZ_LET(size, file.size());
    if (size != upload.object_.size) return Errc::hash_mismatch;
    auto hashed = hashes_.extract(upload.file_);
    const bool known = hashed && hashed.mapped().size == size;
    DOKAZ_LET(hash, known ? Result<ObjectId>(ObjectId(hashed.mapped().hash.finish().raw())) : hash_file(file));
    if (hash != upload.object_.id) return Errc::hash_mismatch;
    DOKAZ_TRY(file.sync());
  }
  const Path place = place_of(upload.object_.id);
  DOKAZ_TRY(make_inner_folder(place.parent_path()));
  std::error_code failure;
  std::filesystem::rename(upload.file_, place, failure);
  if (failure) return failure == std::errc::no_space_on_device ? Errc::no_space : Errc::io_error;
  DOKAZ_TRY(sync_folder(place.parent_path()));
  return sync_folder(folder_.partial());
}

Result<bool> ObjectFiles::holds(const ObjectRef& object) const {
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
