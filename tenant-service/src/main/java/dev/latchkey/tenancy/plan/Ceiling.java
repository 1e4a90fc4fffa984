package dev.latchkey.tenancy.plan;

import java.util.Locale;

/** What a plan can limit the number of, in one organization. */
public enum Ceiling {
  /** Counted and kept by the key service. */
  KEYS,
  ENVIRONMENTS,
  WORKSPACES,
  MEMBERS;

  /** The name as it stands in messages, fields and refusals: {@code environments}. */
  public String field() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The column of the plan that has it. */
  String column() {
    return "ceiling_" + field();
  }
}
