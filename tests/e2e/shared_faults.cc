#include "tests/e2e/shared_faults.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/check.h"

namespace stratagem {

FaultSwitch::FaultSwitch(const std::string& file, const std::string& folder)
    : file_(file) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  STRATAGEM_CHECK(fd >= 0);
  STRATAGEM_CHECK(ftruncate(fd, sizeof(SharedFaults)) == 0);
  void* const memory = mmap(nullptr, sizeof(SharedFaults),
                            PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  STRATAGEM_CHECK(memory != MAP_FAILED);
  close(fd);
  faults_ = static_cast<SharedFaults*>(memory);
  STRATAGEM_CHECK(folder.size() < faults_->folder.size());
  std::copy(folder.begin(), folder.end(), faults_->folder.begin());
}

FaultSwitch::~FaultSwitch() { munmap(faults_, sizeof(SharedFaults)); }

std::vector<std::string> FaultSwitch::environment() const {
  return {absl::StrCat("LD_PRELOAD=", STRATAGEM_FAULTY_WORLD),
          absl::StrCat(kFaultsVariable, "=", file_)};
}

}  // namespace stratagem
