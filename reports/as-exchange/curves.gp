# title: Learning curves with neighbours within 1, 1.5 and 2 cells (Figures 1 and 3)
# caption: Lines are means of the seeds, bands their range, the thin line is where untrained networks are. Normalised
#          return: 0 where nothing is opened, 1 where everything is at once. ind and team do not depend on the range
#          and are drawn at 1.5.
rows = 'normalised_return opened'
row_names = 'normalised return|boxes opened per episode'
panels = 'range1 range15 range2'
panel_names = '1 cell|1.5 cells (Figure 1)|2 cells'
lines = 'as vs vps vps_reward ps ind team'
line_names = 'as|vs|vps|vps-reward|ps|ind (ours)|team (ours)'
key(line, panel) = line.'_'.(line eq 'ind' || line eq 'team' ? 'range15' : panel)
has_untrained = 1
untrained(panel) = 'as_untrained'
load shared.'/default-overlay.gp'
