package managertest

import (
	"slices"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// Run runs all checks, each on its own store. Open returns an empty store with its tables,
// and closes it in t.Cleanup.
func Run(t *testing.T, open func(t testing.TB) *spec.Store[User, Device]) {
	runAll(t, slices.Concat(inTurn, atOnce), open)
}

// RunAtOnce is [Run] for a store on a server. It runs the checks whose calls meet others
// or fail, and those that compare what was written with what is read. In the rest the
// calls follow each other, and the conformance suite shows that each store answers such
// calls as the stores do that Run is for.
func RunAtOnce(t *testing.T, open func(t testing.TB) *spec.Store[User, Device]) {
	runAll(t, atOnce, open)
}

func runAll(t *testing.T, checks []check, open func(t testing.TB) *spec.Store[User, Device]) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, newFixture(t, open(t)))
		})
	}
}

// check is a check and its name. Checks for a feature of the libraries from which this one
// originates are named after the feature.
type check struct {
	name string
	run  func(*testing.T, *fixture)
}

// inTurn are the checks whose calls follow each other.
var inTurn = []check{
	{"Lucia0_CreateSessionByUserID", createByUserID},
	{"Lucia0_InvalidUserIDIsAnError", createInvalidUserID},
	{"Lucia1_States", states},
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
	{"CleanUpEndsForAll", expiredForAll},
	{"Lucia1_BothPeriodsConfigurable", periods},
	{"Lucia2_SessionWithItsUser", sessionWithUser},
	{"Lucia2_FortyCharacters", tokens},
	{"Lucia2_CustomID", customToken},
	{"Lucia2_ResetInPlace", resetInPlace},
	{"Lucia2_CreateWithAttributes", sessionAttributes},
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
	{"RotationByHand", rotationByHand},
	{"RotateNow", rotateNow},
	{"RenewNeedsAToken", renewNeedsToken},
	{"RenewalRemembersPersistent", persistent},
	{"UnknownCredential", unknownCredential},
	{"UpdateUser", updateUser},
	{"UpdateKeepsOthers", updateKeepsOthers},
	{"UpdateGivesNoVoidToken", updateVoid},
	{"SignInCarriesOver", signInCarriesOver},
	{"RequireRecent", requireRecent},
	{"InvalidateOwn", invalidateOwn},
	{"InvalidateOthers", invalidateOthers},
	{"InvalidateAll", invalidateAll},
	{"IfUser", ifUser},
	{"NotRemembered", notRemembered},
	{"SignOutByToken", signOutByToken},
	{"SignOutEverywhereByToken", signOutEverywhereByToken},
	{"RenewedAt", renewedAt},
	{"SweepEveryone", sweepEveryone},
	{"OutageOfReading", outageOfReading},
	{"OutageOfCleanUp", outageOfCleanup},
}

// atOnce are those that [RunAtOnce] runs.
var atOnce = []check{
	{"Lucia1_CreateSession", createdAsRead},
	{"CleanUpLeavesWhatIsRenewed", renewedAtTheBoundary},
	{"DeleteExpiredLeavesWhatIsRenewed", deleteExpiredRenewed},
	{"Lucia2_SessionAttributes", sessionAttributes},
	{"Lucia2_AttributeErrors", attributeErrors},
	{"RotationLost", rotationLost},
	{"RotationRace", rotationRace},
	{"RenewalRace", renewalRace},
	{"RenewalNeverResurrects", neverResurrects},
	{"SignInWithdrawn", signInWithdrawn},
	{"SignInUnique", signInUnique},
	{"SignInGivenUp", signInGivenUp},
	{"SignInAnswerLost", signInAnswerLost},
	{"OvertakenForEver", overtakenForEver},
	{"MaxSessions", maxSessions},
	{"IfUserWithdrawn", ifUserWithdrawn},
	{"OutageOfRenewal", outageOfRenewal},
	{"ConcurrentValidations", concurrentValidations},
	{"ConcurrentDeletion", concurrentDeletion},
	{"OvertakenDeletion", overtakenDeletion},
	{"ConcurrentSignOutEverywhere", concurrentSignOut},
}
