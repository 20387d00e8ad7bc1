#include <iostream>

#include "tests/conformance/cel_conformance.h"

int main(int argc, char** argv) {
  return stratagem::RunCelConformance({argv + 1, argv + argc}, std::cout,
                                      std::cerr);
}
