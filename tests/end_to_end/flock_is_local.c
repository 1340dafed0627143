/* Stands in front of the system's flock: every lock is granted, as where each host keeps its own (sshfs). */
int flock(int file, int operation) {
  (void)file;
  (void)operation;
  return 0;
}
