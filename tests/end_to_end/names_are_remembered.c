/* Stands in front of the system's access: a part of a journal that was there once is there for ever, as
   where a network file system answers from its memory. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

enum { NAMES = 64, LENGTH = 4096 };
static char seen[NAMES][LENGTH];

static int find(const char* path, int* n) {
  for (*n = 0; *n < NAMES && seen[*n][0] != '\0'; ++*n) {
    if (strcmp(seen[*n], path) == 0) return 1;
  }
  return 0;
}

int access(const char* path, int mode) {
  int n = 0;
  int (*of_the_system)(const char*, int) = (int (*)(const char*, int))dlsym(RTLD_NEXT, "access");
  int is_there = 0;
  if (strstr(path, ".journal.") == NULL || strlen(path) >= LENGTH) return of_the_system(path, mode);
  if (find(path, &n)) return 0;
  is_there = of_the_system(path, mode);
  if (is_there == 0 && n < NAMES) strcpy(seen[n], path);
  return is_there;
}
