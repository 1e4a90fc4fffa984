package dev.latchkey.keys.credits;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/**
 * A regular refill, at midnight UTC.
 *
 * @param amount what is left afterwards, whatever was before
 */
public record Refill(Interval interval, long amount) {
  /** How often. */
  public enum Interval {
    DAILY,
    /** On Mondays. */
    WEEKLY,
    /** On the first of the month. */
    MONTHLY
  }

  /** The first time after a moment. */
  public Instant after(Instant moment) {
    LocalDate day = moment.atOffset(ZoneOffset.UTC).toLocalDate();
    LocalDate next =
        switch (interval) {
          case DAILY -> day.plusDays(1);
          case WEEKLY -> day.with(TemporalAdjusters.next(DayOfWeek.MONDAY));
          case MONTHLY -> day.with(TemporalAdjusters.firstDayOfNextMonth());
        };
    return next.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
