"""How many schools does a pilot need? Planning before anything is rolled out.

python docs/examples/planning_a_rollout.py
"""

# %% Five hundred pilot schools, half of which begin a year later.
from ml.effect import SchoolDesign, detectable_effect, power_of, schools_needed

pilot = SchoolDesign(
    schools=500,
    pupils=25,
    icc=0.20,
    r2_school=0.6,
    r2_pupil=0.5,
    school_attrition=0.05,
    pupil_attrition=0.10,
)
smallest = detectable_effect(pilot)
print(f"500 schools find {smallest.effect:.3f} standard deviations with a chance of 80 %")

# %% The same question the other way round.
for size in (0.05, 0.10, 0.20):
    needed = schools_needed(pilot, size)
    print(f"{size:.2f} SD: {needed.schools:.0f} schools at the end")

# %% What ten schools can show.
first = SchoolDesign(schools=10, pupils=25, icc=0.20, r2_school=0.6, r2_pupil=0.5)
print(f"ten schools find 0.2 SD with a chance of {power_of(first, 0.2).power:.0%}")
