#include "clients/cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace stratagem::cli {
namespace {

// A signal's handler has no other way to know them.
std::atomic<bool> seen_one = false;
std::atomic<const char*> answer_to_it = nullptr;

void Note(int) {
  const int error = errno;
  const char* const answer = answer_to_it;
  if (write(STDERR_FILENO, answer, std::strlen(answer)) < 0) {
    // Nobody reads it.
  }
  seen_one = true;
  errno = error;
}

}  // namespace

Interrupt::Interrupt(const char* answer) {
  seen_one = false;
  answer_to_it = answer;
  struct sigaction action = {};
  action.sa_handler = Note;
  // The second finds the system's default.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, &before_);
}

Interrupt::~Interrupt() { sigaction(SIGINT, &before_, nullptr); }

bool Interrupt::seen() const { return seen_one; }

}  // namespace stratagem::cli
