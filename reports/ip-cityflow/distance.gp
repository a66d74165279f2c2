# title: How far what signals do is from where vehicles are (Figure 7)
# place: 6
# caption: 49 signals: the Euclidean distance between the shares of the four actions and the shares of the vehicles that each
#          of them lets go, in the evaluations while training. Thin lines are the single seeds, thick lines their means; dashed
#          in the same colours: the paper's distances, over all its intervals of training. Grey: who learns nothing. Who
#          is near need not know what it does: fixed-time lights see nothing.
metric = 'volume_distance'
y_label = 'distance'
panels = 'n49'
panel_names = '49 signals'
lines = 'ip dgn pic iql'
line_names = 'ip|dgn|pic|iql'
levels = 'uniform fixed_time max_pressure constant'
level_names = 'uniform|fixed-time|max-pressure|constant'
has_paper = 1
across = 1
lowest = 0.0
highest = 1.2
key(line, panel) = line.'_'.panel
load shared.'/default-panels.gp'
