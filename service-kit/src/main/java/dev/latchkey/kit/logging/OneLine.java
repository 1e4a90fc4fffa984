package dev.latchkey.kit.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import java.util.regex.Pattern;

/**
 * Makes one line of a record: line breaks inside it, be they of a stack trace or of a text from
 * outside, become {@code " | "}, so that nobody can forge a record. The one at its end stays.
 */
public final class OneLine extends CompositeConverter<ILoggingEvent> {
  private static final Pattern BREAKS = Pattern.compile("[\r\n]+\t?(?=.)");

  @Override
  protected String transform(ILoggingEvent event, String record) {
    return hasBreakInside(record) ? BREAKS.matcher(record).replaceAll(" | ") : record;
  }

  private static boolean hasBreakInside(String record) {
    int firstBreak = record.indexOf('\n');
    return (firstBreak >= 0 && firstBreak < record.length() - 1) || record.indexOf('\r') >= 0;
  }
}
