package dev.latchkey.keys.tenancy;

/** Another node was at the copy of the tenancy for as long as this one would wait. */
final class CopyBusy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CopyBusy() {
    super("the copy of the tenancy is held by another node");
  }
}
