# title: Resources, building and trading income by skill (Figure 6.8)
# place: 4
# caption: Of an episode without exploration, five times 100 of them at the end of the training, no curriculum. Bars are means
#          of the seeds. The thesis shows it after 200 000 episodes; below the axis stands how many there are here.
metrics_shown = 'gathered building trading'
metric_names = 'resources gathered|income from building|income from trading'
unit_names = 'units|coin|coin, net'
key(line) = line
load shared.'/default-skills.gp'
