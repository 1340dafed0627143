/* Stands in front of the system's calls: while the file that TRAWL_TEST_DISK_FAILS names is there, what a
   process does to results (FILE.h5.journal.*, FILE.h5.tmp.*) fails with the error number in
   TRAWL_TEST_DISK_ERRNO, and so do renames. With TRAWL_TEST_DISK_OPENS set, only opening FILE.h5 fails. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_results(const char* path) {
  const size_t n = strlen(path);
  if (getenv("TRAWL_TEST_DISK_OPENS") != NULL) return n > 3 && strcmp(path + n - 3, ".h5") == 0;
  return strstr(path, ".h5.journal.") != NULL || strstr(path, ".h5.tmp.") != NULL;
}

static int fails(const char* path) {
  const char* file = getenv("TRAWL_TEST_DISK_FAILS");
  const char* code = getenv("TRAWL_TEST_DISK_ERRNO");
  if (file == NULL || code == NULL || !is_results(path)) return 0;
  if (syscall(SYS_faccessat, AT_FDCWD, file, F_OK) != 0) return 0;
  errno = atoi(code);
  return 1;
}

static int file_fails(int file) {
  char name[64], path[4096];
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  const ssize_t n = readlink(name, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = '\0';
  return fails(path);
}

ssize_t write(int file, const void* bytes, size_t n) {
  return file > 2 && file_fails(file) ? -1 : syscall(SYS_write, file, bytes, n);
}

ssize_t pwrite(int file, const void* bytes, size_t n, off_t offset) {
  return file_fails(file) ? -1 : syscall(SYS_pwrite64, file, bytes, n, offset);
}

ssize_t pwrite64(int file, const void* bytes, size_t n, off_t offset) {
  return file_fails(file) ? -1 : syscall(SYS_pwrite64, file, bytes, n, offset);
}

int fdatasync(int file) { return file_fails(file) ? -1 : (int)syscall(SYS_fdatasync, file); }

int fsync(int file) { return file_fails(file) ? -1 : (int)syscall(SYS_fsync, file); }

int rename(const char* from, const char* to) { return fails(from) ? -1 : (int)syscall(SYS_rename, from, to); }

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const int mode = (flags & O_CREAT) != 0 ? va_arg(rest, int) : 0;
  va_end(rest);
  return fails(path) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const int mode = (flags & O_CREAT) != 0 ? va_arg(rest, int) : 0;
  va_end(rest);
  return fails(path) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
