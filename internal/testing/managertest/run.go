package managertest

import (
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// Run runs all checks, each on its own store. Open returns an empty store with its tables,
// and closes it in t.Cleanup.
func Run(t *testing.T, open func(t testing.TB) *spec.Store[User, Device]) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, newFixture(t, open(t)))
		})
	}
}

// checks lists the checks. Those for a feature of the libraries from which this one
// originates are named after the feature.
var checks = []struct {
	name string
	run  func(*testing.T, *fixture)
}{
	{"Lucia0_CreateSessionByUserID", createByUserID},
	{"Lucia0_InvalidUserIDIsAnError", createInvalidUserID},
	{"Lucia1_States", states},
	{"Lucia1_CreateSession", createdAsRead},
	{"Lucia1_ValidateRenewsAnIdleSession", validateExtends},
	{"Lucia1_ValidateMayGiveAnotherToken", validateRotates},
	{"Lucia1_SessionAndUserInOneCall", oneCall},
	{"Lucia1_GetActiveAndIdleWithoutRenewal", getWithoutRenewal},
	{"Lucia1_InvalidateOne", invalidateOne},
	{"Lucia1_InvalidateAllOfAUser", invalidateUser},
	{"Lucia1_RenewByHand", renewByHand},
	{"Lucia1_DeleteExpiredOfAUser", deleteExpired},
	{"Lucia1_AutomaticCleanUp", cleanup},
	{"Lucia1_AutomaticCleanUpTurnedOff", cleanupOff},
	{"CleanUpLeavesWhatIsRenewed", renewedAtTheBoundary},
	{"CleanUpEndsForAll", expiredForAll},
	{"DeleteExpiredLeavesWhatIsRenewed", deleteExpiredRenewed},
	{"Lucia1_BothPeriodsConfigurable", periods},
	{"Lucia2_SessionWithItsUser", sessionWithUser},
	{"Lucia2_FortyCharacters", tokens},
	{"Lucia2_CustomID", customToken},
	{"Lucia2_ResetInPlace", resetInPlace},
	{"Lucia2_SessionAttributes", sessionAttributes},
	{"Lucia2_CreateWithAttributes", sessionAttributes},
	{"Lucia2_AttributeErrors", attributeErrors},
	{"Lucia2_GetAllSessionsOfAUser", list},
	{"Lucia2_GetAllSessionsOfAnUnknownUser", listUnknown},
	{"Lucia2_InvalidateRegardlessOfValidity", invalidateExpired},
	{"Lucia2_UpdateAttributesInPart", update},
	{"Lucia2_UpdateOfAnExpiredSession", updateExpired},
	{"Lucia2_InvalidateAndCreateAnew", signIn},
	{"Lucia2_DeleteExpired", deleteExpired},
	{"AnonymousSessions", anonymous},
	{"WrongTokens", wrongTokens},
	{"AbsoluteLifetime", absolute},
	{"AbsoluteLifetimeShortened", absoluteShortened},
	{"AbsoluteLifetimeOff", absoluteOff},
	{"ValidateSession", validateSession},
	{"ValidateReadOnly", readOnly},
	{"ValidateKeepToken", keepToken},
	{"RotationGrace", rotationGrace},
	{"RotationLost", rotationLost},
	{"RotationRace", rotationRace},
	{"RenewalRace", renewalRace},
	{"RotationByHand", rotationByHand},
	{"RotateNow", rotateNow},
	{"RenewNeedsAToken", renewNeedsToken},
	{"RenewalRemembersPersistent", persistent},
	{"RenewalNeverResurrects", neverResurrects},
	{"UnknownCredential", unknownCredential},
	{"UpdateUser", updateUser},
	{"UpdateKeepsOthers", updateKeepsOthers},
	{"UpdateGivesNoVoidToken", updateVoid},
	{"SignInCarriesOver", signInCarriesOver},
	{"SignInWithdrawn", signInWithdrawn},
	{"SignInUnique", signInUnique},
	{"SignInGivenUp", signInGivenUp},
	{"SignInAnswerLost", signInAnswerLost},
	{"OvertakenForEver", overtakenForEver},
	{"RequireRecent", requireRecent},
	{"InvalidateOwn", invalidateOwn},
	{"InvalidateOthers", invalidateOthers},
	{"InvalidateAll", invalidateAll},
	{"MaxSessions", maxSessions},
	{"IfUser", ifUser},
	{"IfUserWithdrawn", ifUserWithdrawn},
	{"NotRemembered", notRemembered},
	{"SignOutByToken", signOutByToken},
	{"SignOutEverywhereByToken", signOutEverywhereByToken},
	{"RenewedAt", renewedAt},
	{"SweepEveryone", sweepEveryone},
	{"OutageOfRenewal", outageOfRenewal},
	{"OutageOfReading", outageOfReading},
	{"OutageOfCleanUp", outageOfCleanup},
	{"ConcurrentValidations", concurrentValidations},
	{"ConcurrentDeletion", concurrentDeletion},
	{"OvertakenDeletion", overtakenDeletion},
	{"ConcurrentSignOutEverywhere", concurrentSignOut},
}
