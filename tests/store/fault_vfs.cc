#include "tests/store/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/base/check.h"

namespace stratagem::store {
namespace {

// What a loss of power would leave of a file, and what was written since.
struct Image {
  std::string durable;
  std::vector<std::pair<sqlite3_int64, sqlite3_int64>> unsynced;  // Ranges.
};

// What is asked of a file.
enum class Operation { kWrite, kTruncate, kSync, kOpen };

struct Plan {
  std::mutex mutex;
  std::condition_variable syncs_change;
  bool holds_syncs = false;
  int held_syncs = 0;
  std::string held_path_part;
  Fault fault = Fault::kNone;
  int64_t countdown = 0;
  bool happened = false;
  std::string path_part;
  std::map<std::string, Image> images;  // By path.
};

Plan& ThePlan() {
  static Plan* plan = new Plan();
  return *plan;
}

struct FaultFile {
  sqlite3_file base;
  sqlite3_file* real;
  const char* path;  // Owned by SQLite while the file is open; may be null.
};

FaultFile* Mine(sqlite3_file* file) {
  return reinterpret_cast<FaultFile*>(file);
}
sqlite3_file* Real(sqlite3_file* file) { return Mine(file)->real; }

// What this operation on `path` should do. Holding the mutex.
Fault Next(Plan& plan, Operation operation, const char* path) {
  if (plan.fault == Fault::kDiskFull && operation != Operation::kWrite) {
    return Fault::kNone;
  }
  if (path == nullptr ||
      std::string(path).find(plan.path_part) == std::string::npos) {
    return Fault::kNone;
  }
  if (plan.happened) {
    const bool lasts =
        plan.fault == Fault::kPowerLoss || plan.fault == Fault::kDiskFull;
    return lasts ? plan.fault : Fault::kNone;
  }
  if (plan.fault == Fault::kNone || --plan.countdown > 0) return Fault::kNone;
  plan.happened = true;
  return plan.fault;
}

sqlite3_int64 SizeOf(FaultFile* file) {
  sqlite3_int64 size = 0;
  file->real->pMethods->xFileSize(file->real, &size);
  return size;
}

// Copies the bytes of one range, as far as the file has them, into its image.
void Keep(FaultFile* file, sqlite3_int64 begin, sqlite3_int64 end,
          std::string& durable) {
  end = std::min(end, static_cast<sqlite3_int64>(durable.size()));
  if (begin >= end) return;
  file->real->pMethods->xRead(file->real, &durable[static_cast<size_t>(begin)],
                              static_cast<int>(end - begin), begin);
}

int Close(sqlite3_file* file) {
  return Real(file)->pMethods->xClose(Real(file));
}
int Read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
  return Real(file)->pMethods->xRead(Real(file), out, amount, offset);
}
int Write(sqlite3_file* file, const void* bytes, int amount,
          sqlite3_int64 offset) {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  const Fault fault = Next(plan, Operation::kWrite, Mine(file)->path);
  if (fault == Fault::kTornOnce) {
    Real(file)->pMethods->xWrite(Real(file), bytes, amount / 2, offset);
  }
  if (fault == Fault::kDiskFull) return SQLITE_FULL;
  if (fault != Fault::kNone) return SQLITE_IOERR_WRITE;
  if (Mine(file)->path != nullptr) {
    plan.images[Mine(file)->path].unsynced.push_back({offset, offset + amount});
  }
  return Real(file)->pMethods->xWrite(Real(file), bytes, amount, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  if (Next(plan, Operation::kTruncate, Mine(file)->path) != Fault::kNone) {
    return SQLITE_IOERR_TRUNCATE;
  }
  return Real(file)->pMethods->xTruncate(Real(file), size);
}
// Waits while syncs of this file are held up. Holding the mutex.
void AwaitRelease(Plan& plan, const char* path,
                  std::unique_lock<std::mutex>& lock) {
  if (path == nullptr ||
      std::string(path).find(plan.held_path_part) == std::string::npos) {
    return;
  }
  ++plan.held_syncs;
  plan.syncs_change.notify_all();
  plan.syncs_change.wait(lock, [&plan] { return !plan.holds_syncs; });
  --plan.held_syncs;
}
int Sync(sqlite3_file* file, int) {
  Plan& plan = ThePlan();
  std::unique_lock lock(plan.mutex);
  FaultFile* mine = Mine(file);
  if (plan.holds_syncs) AwaitRelease(plan, mine->path, lock);
  const bool refused = Next(plan, Operation::kSync, mine->path) != Fault::kNone;
  if (mine->path != nullptr) {
    Image& image = plan.images[mine->path];
    if (!refused) {
      image.durable.resize(static_cast<size_t>(SizeOf(mine)));
      for (const auto& [begin, end] : image.unsynced) {
        Keep(mine, begin, end, image.durable);
      }
    }
    image.unsynced.clear();
  }
  return refused ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xLock(Real(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xUnlock(Real(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* out) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), out);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}
int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}
int ShmMap(sqlite3_file* file, int page, int size, int extend,
           void volatile** out) {
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Real(file)->pMethods->xShmBarrier(Real(file));
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
         int* out_flags) {
  auto* under = static_cast<sqlite3_vfs*>(vfs->pAppData);
  FaultFile* mine = Mine(file);
  mine->base.pMethods = nullptr;
  mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
  mine->path = path;
  Plan& plan = ThePlan();
  {
    std::lock_guard lock(plan.mutex);
    if (Next(plan, Operation::kOpen, path) != Fault::kNone) {
      return SQLITE_CANTOPEN;
    }
  }
  const int code = under->xOpen(under, path, mine->real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  mine->base.pMethods = &kMethods;
  if (path == nullptr) return code;
  std::lock_guard lock(plan.mutex);
  const auto [image, fresh] = plan.images.try_emplace(path);
  if (fresh) {
    const sqlite3_int64 size = SizeOf(mine);
    image->second.durable.resize(static_cast<size_t>(size));
    Keep(mine, 0, size, image->second.durable);
  }
  return code;
}

int Delete(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  auto* under = static_cast<sqlite3_vfs*>(vfs->pAppData);
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  // A machine without power deletes nothing.
  if (plan.happened && plan.fault == Fault::kPowerLoss) {
    return SQLITE_IOERR_DELETE;
  }
  plan.images.erase(path);
  return under->xDelete(under, path, sync_directory);
}

}  // namespace

const char* FaultVfs::Name() {
  static sqlite3_vfs* vfs = [] {
    sqlite3_vfs* under = sqlite3_vfs_find(nullptr);
    auto* layer = new sqlite3_vfs(*under);
    layer->zName = "stratagem-fault";
    layer->pNext = nullptr;
    layer->pAppData = under;
    layer->szOsFile = static_cast<int>(sizeof(FaultFile)) + under->szOsFile;
    layer->xOpen = Open;
    layer->xDelete = Delete;
    STRATAGEM_CHECK(sqlite3_vfs_register(layer, 0) == SQLITE_OK);
    return layer;
  }();
  return vfs->zName;
}

void FaultVfs::Arm(Fault fault, int64_t nth, const std::string& path_part) {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  plan.fault = fault;
  plan.countdown = nth;
  plan.happened = false;
  plan.path_part = path_part;
}

bool FaultVfs::happened() {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  return plan.happened;
}

void FaultVfs::Disarm() {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  plan.fault = Fault::kNone;
}

void FaultVfs::HoldSyncs(const std::string& path_part) {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  plan.holds_syncs = true;
  plan.held_path_part = path_part;
}

void FaultVfs::ReleaseSyncs() {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  plan.holds_syncs = false;
  plan.syncs_change.notify_all();
}

void FaultVfs::AwaitHeldSync() {
  Plan& plan = ThePlan();
  std::unique_lock lock(plan.mutex);
  plan.syncs_change.wait(lock, [&plan] { return plan.held_syncs > 0; });
}

void FaultVfs::CutPower() {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  for (const auto& [path, image] : plan.images) {
    if (!std::filesystem::exists(path)) continue;
    std::ofstream(path, std::ios::binary) << image.durable;
  }
  plan.images.clear();
}

}  // namespace stratagem::store
