# title: Normalised final return (Figures 1 and 3)
# caption: 0 where nothing is opened, 1 where everything is at once. The mean over the seeds, and each seed; last,
#          networks before training. ind and team do not depend on the range.
metric = 'normalised_return'
y_label = 'normalised return'
panels = 'range1 range15 range2'
panel_names = '1 cell|1.5 cells (Figure 1)|2 cells'
lines = 'as vs vps vps_reward ps ind team start'
line_names = 'as|vs|vps|vps-reward|ps|ind (ours)|team (ours)|untrained'
key(line, panel) = line eq 'start' ? 'as_untrained' : line.'_'.(line eq 'ind' || line eq 'team' ? 'range15' : panel)
load shared.'/default-bars.gp'
