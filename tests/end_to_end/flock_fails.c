/* Stands in front of the system's flock: fails with the error number in TRAWL_TEST_FLOCK_ERRNO, as
   some network file systems do. */
#include <errno.h>
#include <stdlib.h>

int flock(int file, int operation) {
  const char* code = getenv("TRAWL_TEST_FLOCK_ERRNO");
  (void)file;
  (void)operation;
  if (code == NULL) return 0;
  errno = atoi(code);
  return -1;
}
