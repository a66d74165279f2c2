# title: Resources, building and trading income by skill, with a curriculum (Figure 6.10)
# place: 5
# caption: Of an episode without exploration, five times 100 of them at the end of the training. The thesis shows it after
#          200 000 episodes of phase 2; below the axis stands how many there are here.
metrics_shown = 'gathered building trading'
metric_names = 'resources gathered|income from building|income from trading'
unit_names = 'units|coin|coin, net'
lines = 'metagrad dual_rl us_federal' # a curriculum is for taxes
line_names = 'metagrad|dual-rl|us-federal'
key(line) = line.'_curriculum'
load shared.'/default-skills.gp'
