package dev.latchkey.keys.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.access.Role;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A member in memory, as changes come before the copy has them, and after. */
final class MemberTest {
  private static final UUID USER = UUID.randomUUID();
  private static final UUID ORGANIZATION = UUID.randomUUID();
  private static final UUID HERE = UUID.randomUUID();
  private static final UUID THERE = UUID.randomUUID();

  private final Member member =
      new Member(
          MemberView.of(USER, Optional.of(user(1, true)), List.of(role(2, HERE, Role.MEMBER))));

  private static UserView user(long revision, boolean live) {
    return new UserView(USER, ORGANIZATION, live, revision);
  }

  private static MembershipView role(long revision, UUID node, Role role) {
    return new MembershipView(USER, node, Optional.of(role), revision);
  }

  private static MembershipView none(long revision, UUID node) {
    return new MembershipView(USER, node, Optional.empty(), revision);
  }

  private Optional<Role> here() {
    return member.view().roleAt(List.of(HERE));
  }

  private Optional<Role> there() {
    return member.view().roleAt(List.of(THERE));
  }

  @Test
  void lossAheadOfTheCopy_isNotUndoneAheadOfIt() {
    member.updateAhead(none(3, HERE));
    assertThat(here()).isEmpty();
    member.updateAhead(role(4, HERE, Role.OWNER));
    assertThat(here()).isEmpty();

    member.update(none(3, HERE));
    member.update(role(4, HERE, Role.OWNER));

    assertThat(here()).contains(Role.OWNER);
  }

  @Test
  void userWhoIsDeletedAheadOfTheCopy_isNotBackAheadOfIt() {
    member.updateAhead(user(3, false));
    member.updateAhead(user(4, true));
    assertThat(here()).isEmpty();

    member.update(user(4, true));

    assertThat(here()).contains(Role.MEMBER);
  }

  @Test
  void lossThatTheCopyHas_letsGainsGoAheadAgain_alsoWhenItIsToldOnceMore() {
    member.updateAhead(none(4, HERE));
    member.update(user(3, true));
    member.updateAhead(role(5, HERE, Role.MEMBER));
    assertThat(here()).as("the copy has an earlier change").isEmpty();
    member.update(none(4, HERE));
    member.updateAhead(none(4, HERE));

    member.updateAhead(role(5, HERE, Role.MEMBER));

    assertThat(here()).contains(Role.MEMBER);
  }

  @Test
  void whoIsMoved_keepsARoleAllTheTime() {
    member.updateAhead(role(3, THERE, Role.MEMBER));
    member.updateAhead(none(4, HERE));

    assertThat(here()).isEmpty();
    assertThat(there()).contains(Role.MEMBER);
  }

  @Test
  void roleThatIsLowered_isLoweredAheadOfTheCopy() {
    member.updateAhead(role(3, HERE, Role.VIEWER));

    assertThat(here()).contains(Role.VIEWER);
  }
}
