#include "tests/store/fault_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <vector>

#include "engine/base/check.h"

namespace stratagem::store {
namespace {

// What a write or truncation replaced, so that it can be taken back.
struct Undo {
  sqlite3_int64 size;    // Of the file before.
  sqlite3_int64 offset;  // Of `bytes`.
  std::string bytes;
};

struct Plan {
  std::mutex mutex;
  Fault fault = Fault::kNone;
  int64_t countdown = 0;
  bool happened = false;
  std::string path_part;
  std::map<std::string, std::vector<Undo>> unsynced;  // By path.
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

// What the next counted operation on `path` should do. Holding the mutex.
Fault Next(Plan& plan, const char* path) {
  if (path == nullptr ||
      std::string(path).find(plan.path_part) == std::string::npos) {
    return Fault::kNone;
  }
  if (plan.happened) {
    return plan.fault == Fault::kPowerLoss ? plan.fault : Fault::kNone;
  }
  if (plan.fault == Fault::kNone || --plan.countdown > 0) return Fault::kNone;
  plan.happened = true;
  return plan.fault;
}

// Remembers what is at `offset` and after, `amount` bytes at most.
void Remember(Plan& plan, FaultFile* file, sqlite3_int64 offset,
              sqlite3_int64 amount) {
  if (plan.fault != Fault::kPowerLoss || file->path == nullptr) return;
  Undo undo{0, offset, ""};
  file->real->pMethods->xFileSize(file->real, &undo.size);
  if (offset < undo.size) {
    undo.bytes.resize(
        static_cast<size_t>(std::min(amount, undo.size - offset)));
    file->real->pMethods->xRead(file->real, undo.bytes.data(),
                                static_cast<int>(undo.bytes.size()), offset);
  }
  plan.unsynced[file->path].push_back(std::move(undo));
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
  const Fault fault = Next(plan, Mine(file)->path);
  if (fault == Fault::kTornOnce) {
    Real(file)->pMethods->xWrite(Real(file), bytes, amount / 2, offset);
  }
  if (fault != Fault::kNone) return SQLITE_IOERR_WRITE;
  Remember(plan, Mine(file), offset, amount);
  return Real(file)->pMethods->xWrite(Real(file), bytes, amount, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  if (Next(plan, Mine(file)->path) != Fault::kNone) {
    return SQLITE_IOERR_TRUNCATE;
  }
  Remember(plan, Mine(file), size, std::numeric_limits<int>::max());
  return Real(file)->pMethods->xTruncate(Real(file), size);
}
int Sync(sqlite3_file* file, int) {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  if (Next(plan, Mine(file)->path) != Fault::kNone) return SQLITE_IOERR_FSYNC;
  if (Mine(file)->path != nullptr) plan.unsynced.erase(Mine(file)->path);
  return SQLITE_OK;
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
  const int code = under->xOpen(under, path, mine->real, flags, out_flags);
  if (code == SQLITE_OK) mine->base.pMethods = &kMethods;
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
  plan.unsynced.erase(path);
  return under->xDelete(under, path, sync_directory);
}

void TakeBack(const std::string& path, const std::vector<Undo>& undos) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo) {
    STRATAGEM_CHECK(pwrite(descriptor, undo->bytes.data(), undo->bytes.size(),
                           undo->offset) ==
                    static_cast<ssize_t>(undo->bytes.size()));
    STRATAGEM_CHECK(ftruncate(descriptor, undo->size) == 0);
  }
  close(descriptor);
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
  plan.unsynced.clear();
}

bool FaultVfs::happened() {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  return plan.happened;
}

void FaultVfs::RestorePower() {
  Plan& plan = ThePlan();
  std::lock_guard lock(plan.mutex);
  if (plan.fault == Fault::kPowerLoss && plan.happened) {
    for (const auto& [path, undos] : plan.unsynced) TakeBack(path, undos);
  }
  plan.fault = Fault::kNone;
  plan.unsynced.clear();
}

}  // namespace stratagem::store
