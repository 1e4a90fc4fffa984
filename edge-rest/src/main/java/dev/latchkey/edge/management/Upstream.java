package dev.latchkey.edge.management;

/** Which service a call goes to. */
enum Upstream {
  KEY_SERVICE,
  TENANT_SERVICE
}
